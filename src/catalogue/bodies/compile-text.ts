import type { ArgumentSource } from '../arguments/argument.ts'
import { essenceOf } from '../document/body-media-type.ts'
import type { DocumentContext } from '../document/document-context.ts'
import { followReferences } from '../document/resolve-reference.ts'
import { plainText } from '../naming/plain-text.ts'
import { type BodyContent, type BodySource, bodyArgument, WHOLE } from './body-source.ts'
import { fileArgument, fileEncoding, fileUse, textSchema } from './file-schema.ts'
import { holdsSecrets } from './holds-secrets.ts'
import { knownProperties } from './known-properties.ts'

/** A body that is a text of any media type: the argument is the text itself. */
export function compileText(context: DocumentContext, content: BodyContent): BodySource {
  const { mediaType, schema } = content
  const { resolveReference } = context
  if (fileUse(resolveReference, [schema]) !== undefined) return compileFile(context, content)
  const found = followReferences(resolveReference, schema)
  const isText = 'value' in found && [found.value.type].flat().includes('string')
  const plan = { kind: 'argument', mediaType, encoding: 'text' } as const
  const source = isText
    ? bodyArgument(WHOLE, [schema], content.required, { description: content.description })
    : textOf(context, content, textSchema(false), describeText(context, content))
  return { sources: [source], plan: argumentOf => ({ ...plan, argument: argumentOf(WHOLE) }) }
}

/** A body that is a file: bytes as a data URI or base64, or a text where it may be one. */
export function compileFile(context: DocumentContext, content: BodyContent): BodySource {
  const { mediaType } = content
  const encoding = fileEncoding(mediaType)
  const types = mediaType.split(',').slice(0, MAX_TYPES).join(',').trim()
  const own = plainText(content.description, MAX_TEXT)
  const description = types === '*/*' ? own : `Sent as ${types}. ${own}`
  const file = fileArgument([], description, { use: undefined, encoding, hasName: false })
  return {
    sources: [textOf(context, content, file.schemas[0], file.description)],
    plan: argumentOf => ({ kind: 'argument', mediaType, encoding, argument: argumentOf(WHOLE) }),
  }
}

/** An argument that is a text, whatever the document says of what is in it. */
function textOf(
  { resolveReference }: DocumentContext,
  { schema, required }: BodyContent,
  text: unknown,
  description: string,
): ArgumentSource {
  const notes = { description, 'x-sensitive': holdsSecrets(resolveReference, [schema]) }
  return { ...bodyArgument(WHOLE, [text], required, notes), meaning: schema }
}

const MAX_TEXT = 240
const MAX_TYPES = 6
const MAX_NAMES = 16

/** Says which members the text is about, since a schema of the text itself can't. */
export function describeText(
  { resolveReference }: DocumentContext,
  content: Pick<BodyContent, 'schema' | 'mediaType' | 'description'>,
): string {
  const names = [...knownProperties(resolveReference, content.schema).properties.keys()].slice(0, MAX_NAMES)
  const members = names.length === 0 ? '' : ` with ${names.join(', ')}`
  const written = plainText(`Write ${essenceOf(content.mediaType)} as text${members}.`, MAX_TEXT)
  return [plainText(content.description, MAX_TEXT), written].filter(text => text !== '').join(' ')
}
