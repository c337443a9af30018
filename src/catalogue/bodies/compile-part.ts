import { fieldOf } from '../arguments/parameter-content.ts'
import { isTextType } from '../document/body-media-type.ts'
import type { DocumentContext } from '../document/document-context.ts'
import { isJsonMediaType } from '../document/json-media-type.ts'
import { isJsonObject } from '../is-json-object.ts'
import type { PartPlan } from '../tool.ts'
import { type FileUse, fileEncoding, fileUse } from './file-schema.ts'
import { valueShape } from './value-shape.ts'

/** One part of a multipart body, before its argument has a name, and what its schema says about files. */
export interface PartSource {
  readonly plan: PartPlan
  readonly use: FileUse | undefined
  /** Whether the argument is a text, or texts, that stand for what the schema describes: XML, for one. */
  readonly isWritten: boolean
}

/**
 * How one value becomes a part (OpenAPI 3.1 "Encoding Object"): files as files, objects as JSON, all else as text;
 * `contentType` says otherwise, `style` makes plain fields. Lists become one part per value, unless the document says
 * that the value is JSON.
 *
 * @param encoding - the Encoding Object of this part, if any
 */
export function compilePart(
  context: DocumentContext,
  name: string,
  schemas: readonly unknown[],
  encoding: unknown,
): PartSource {
  const own = isJsonObject(encoding) ? encoding : {}
  const given = typeof own.contentType === 'string' ? own.contentType.trim() : ''
  const field = fieldOf(name, { [name]: own })
  const part = { argument: name, name, file: false, repeated: false, field: undefined }
  if (field !== undefined && !field.json) {
    return {
      plan: { ...part, mediaType: undefined, encoding: 'text', field },
      use: undefined,
      isWritten: false,
    }
  }
  const shape = valueShape(context.resolveReference, schemas)
  const use = fileUse(context.resolveReference, schemas) ?? fileByType(given, shape)
  if (use !== undefined) {
    const mediaType = given || use.mediaType || '*/*'
    const plan = { ...part, mediaType, encoding: fileEncoding(mediaType), file: true, repeated: use.isList }
    return { plan, use, isWritten: false }
  }
  if (given !== '' && given.split(',').some(type => isJsonMediaType(type.trim()))) {
    return { plan: { ...part, mediaType: given, encoding: 'json' }, use: undefined, isWritten: false }
  }
  const isObject = (shape.objects || shape.nested) && !shape.scalars
  const isJson = isObject && given === ''
  const plan = isJson
    ? { ...part, mediaType: 'application/json', encoding: 'json' as const }
    : { ...part, mediaType: given || undefined, encoding: 'text' as const }
  return { plan: { ...plan, repeated: shape.lists }, use: undefined, isWritten: isObject && !isJson }
}

/** A text, or anything, whose part is said to be of a media type that is no text. */
function fileByType(given: string, shape: ReturnType<typeof valueShape>): FileUse | undefined {
  const types = given === '' ? [] : given.split(',').map(type => type.trim())
  if (types.length === 0 || types.some(isTextType) || shape.objects || shape.nested) return undefined
  return { mediaType: undefined, isList: shape.lists, isPlain: true }
}
