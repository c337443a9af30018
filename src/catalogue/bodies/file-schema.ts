import { isBinaryType, isTextType } from '../document/body-media-type.ts'
import { followReferences, type ResolveReference } from '../document/resolve-reference.ts'
import { isJsonObject } from '../is-json-object.ts'
import { plainText } from '../naming/plain-text.ts'
import type { Encoding, JsonObject } from '../tool.ts'

/** What a schema says about files. */
export interface FileUse {
  /** Media type that the schema names (`contentMediaType`), for the file. */
  readonly mediaType: string | undefined
  /** Whether the value may be a list of files. */
  readonly isList: boolean
  /** Whether it is a file, or a list of files, and nothing else. */
  readonly isPlain: boolean
}

const MAX_NODES = 64

/**
 * Whether the value of a schema is a file, or a list of files: raw bytes on the wire (`format: binary`, Swagger's
 * `type: file`, `contentMediaType` without `contentEncoding`), in any alternative. A value with a
 * `contentEncoding` or of format `byte` is a text that happens to be encoded.
 */
export function fileUse(resolve: ResolveReference, schemas: readonly unknown[]): FileUse | undefined {
  const stack: (readonly [schema: unknown, inList: boolean])[] = schemas.map(schema => [schema, false])
  const seen = new Set<unknown>()
  let found: { mediaType: string | undefined } | undefined
  let isList = false
  let others = 0
  for (let next = stack.pop(); next !== undefined && seen.size < MAX_NODES; next = stack.pop()) {
    const [value, inList] = next
    const target = followReferences(resolve, value)
    if ('problem' in target || seen.has(target.value)) continue
    const schema = target.value
    seen.add(schema)
    if (isFile(schema)) {
      const { contentMediaType } = schema
      found ??= { mediaType: typeof contentMediaType === 'string' ? contentMediaType : undefined }
      isList ||= inList
      continue
    }
    const inner = ['allOf', 'anyOf', 'oneOf'].flatMap(keyword => [schema[keyword] ?? []].flat())
    for (const each of inner) stack.push([each, inList])
    if (!inList && isJsonObject(schema.items)) stack.push([schema.items, true])
    else if (inner.length === 0 && schema.type !== 'null') others += 1
  }
  return found === undefined ? undefined : { ...found, isList, isPlain: others === 0 && seen.size <= 2 }
}

function isFile({ type, format, contentEncoding, contentMediaType }: JsonObject): boolean {
  const types = [type ?? 'string'].flat()
  if (types.includes('file')) return true
  if (!types.includes('string') || contentEncoding !== undefined) return false
  return format === 'binary' || format === 'file' || typeof contentMediaType === 'string'
}

/** How a file of a media type (undefined: any) is given. */
export function fileEncoding(mediaType: string | undefined): Encoding {
  const types = (mediaType ?? '*/*').split(',').map(type => type.trim())
  if (types.every(isTextType)) return 'textFile'
  return types.every(type => isBinaryType(type)) ? 'binary' : 'anyFile'
}

/**
 * The schemas and the description of an argument that is a file: a text, with how it is to be written, said first,
 * as some clients get only the start of a description. Schemas that allow more than files stay as they are.
 */
export function fileArgument(
  schemas: readonly unknown[],
  description: unknown,
  { use, encoding, hasName }: { use: FileUse | undefined; encoding: Encoding; hasName: boolean },
): { readonly schemas: readonly unknown[]; readonly description: string } {
  const isList = use?.isList === true
  const hint = fileHint(encoding, { hasName, isList })
  return {
    schemas: use === undefined || use.isPlain ? [textSchema(isList)] : schemas,
    description: `${hint} ${plainText(description, MAX_DESCRIPTION)}`.trim(),
  }
}

/** A text, or a list of texts. Shared, so that what is made from a schema is made once. */
export function textSchema(isList: boolean): JsonObject {
  return isList ? LIST : TEXT
}

const TEXT = Object.freeze({ type: 'string' })
const LIST = Object.freeze({ type: 'array', items: TEXT })
const MAX_DESCRIPTION = 360

/** How a file is written into an argument, for the model. */
function fileHint(
  encoding: Encoding,
  { hasName, isList }: { readonly hasName: boolean; readonly isList: boolean },
): string {
  const what = isList ? 'Files, each as' : 'File, as'
  const uri = `data URI (data:TYPE;${hasName ? 'name=NAME;' : ''}base64,…)`
  if (encoding === 'textFile') return `${what} plain text or a ${uri}.`
  if (encoding === 'binary') return `${what} base64 or a ${uri}.`
  return `${what} base64, a ${uri}, or plain text; text that looks like base64 as a data URI.`
}
