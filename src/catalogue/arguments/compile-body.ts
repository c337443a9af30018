import type { BodySource } from '../bodies/body-source.ts'
import { type ChosenContent, chooseContent } from '../bodies/choose-content.ts'
import { compileForm } from '../bodies/compile-form.ts'
import { compileJson, compileJsonLines } from '../bodies/compile-json.ts'
import { compileMultipart } from '../bodies/compile-multipart.ts'
import { compileSequence } from '../bodies/compile-sequence.ts'
import { compileFile, compileText } from '../bodies/compile-text.ts'
import { fileUse } from '../bodies/file-schema.ts'
import { valueShape } from '../bodies/value-shape.ts'
import type { DocumentContext } from '../document/document-context.ts'
import { followReferences } from '../document/resolve-reference.ts'
import { isJsonObject } from '../is-json-object.ts'
import type { JsonObject } from '../tool.ts'
import { SkippedOperation } from './argument.ts'
import type { Notes } from './compile-parameters.ts'

/** A body, compiled. */
export interface CompiledBody extends BodySource {
  /** Whether it has the media type that the configuration wants. */
  readonly isWanted: boolean
}

/** What the body is compiled for. */
export interface BodyOptions {
  readonly method: string
  /** `mediaType` of a rule. */
  readonly mediaType: string | undefined
}

/**
 * How an operation's request body is made from arguments (OpenAPI 3.1 "Request Body Object"): objects with known
 * properties become one argument per property, anything else one argument `body`. Of several media types one is
 * sent, see {@link chooseContent}.
 *
 * Bodies of GET and HEAD are sent only where they are required, since servers and proxies drop them (RFC 9110 9.3.1).
 *
 * @throws SkippedOperation where the body is needed and can't be sent
 */
export function compileBody(
  context: DocumentContext,
  operation: JsonObject,
  { method, mediaType }: BodyOptions,
  notes: Notes,
): CompiledBody | undefined {
  if (operation.requestBody === undefined || operation.requestBody === null) return undefined
  const found = followReferences(context.resolveReference, operation.requestBody)
  if ('problem' in found) throw new SkippedOperation(`the request body can’t be read: ${found.problem}`)
  const body = found.value
  if (method === 'GET' || method === 'HEAD') {
    if (saysNothing(context, body)) return undefined
    const text = `a ${method} request with a body, which servers and proxies may drop`
    if (body.required !== true) {
      notes.leftOut.push(`${text}; the body is optional and left out`)
      return undefined
    }
    notes.remarks.push(text)
  }
  const content = chooseContent(context.resolveReference, withContent(body, notes), mediaType)
  if (content !== undefined) {
    if (content.forFiles !== undefined && !content.isWanted) {
      notes.remarks.push(
        `files can be sent as ${content.forFiles.slice(0, 80)} instead; a rule with \`mediaType\` chooses that`,
      )
    }
    return { ...compileContent(context, content, notes), isWanted: content.isWanted }
  }
  const types = Object.keys(isJsonObject(body.content) ? body.content : {})
  const why = `the body has no media type that can be sent: ${types.slice(0, 4).join(', ').slice(0, 160)}; correct \`content\``
  if (body.required === true || method !== 'DELETE') throw new SkippedOperation(why)
  notes.leftOut.push(`${why}; the body is optional and left out`)
  return undefined
}

function compileContent(context: DocumentContext, content: ChosenContent, notes: Notes): BodySource {
  switch (content.kind) {
    case 'json':
      if (fileUse(context.resolveReference, [content.schema])?.isPlain === true)
        return compileFile(context, content)
      return compileJson(context, content, notes)
    case 'jsonLines':
      return isText(context, content) ? compileText(context, content) : compileJsonLines(context, content)
    case 'form':
      return compileForm(context, content, notes)
    case 'multipart':
      return compileSequence(context, content) ?? compileMultipart(context, content, notes)
    case 'text':
      return compileText(context, content)
    case 'binary':
      return compileFile(context, content)
  }
}

/** Whether the document has the lines as one text. */
function isText({ resolveReference }: DocumentContext, { schema, media }: ChosenContent): boolean {
  const { objects, lists, scalars } = valueShape(resolveReference, [schema])
  return media.itemSchema === undefined && scalars && !objects && !lists
}

/** A body without a media type is taken for JSON, which it is nearly everywhere. */
function withContent(body: JsonObject, notes: Notes): JsonObject {
  if (isJsonObject(body.content) && Object.keys(body.content).length > 0) return body
  notes.remarks.push('the body has no media type; it is sent as JSON')
  return { ...body, content: { 'application/json': {} } }
}

/** A body without any content, or of an object without properties: some generators write it everywhere. */
function saysNothing({ resolveReference }: DocumentContext, body: JsonObject): boolean {
  const { content } = body
  if (!isJsonObject(content)) return body.required !== true
  return Object.values(content).every(value => {
    const found = followReferences(resolveReference, isJsonObject(value) ? (value.schema ?? {}) : {})
    const schema = 'value' in found ? found.value : {}
    if (schema.type !== 'object') return false
    const properties = isJsonObject(schema.properties) ? schema.properties : {}
    return Object.keys(properties).length === 0 && !isJsonObject(schema.additionalProperties)
  })
}
