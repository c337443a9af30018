import { jsonContent } from '../document/json-media-type.ts'
import { followReferences, type ResolveReference } from '../document/resolve-reference.ts'
import { isJsonObject } from '../is-json-object.ts'
import type { JsonObject } from '../tool.ts'

/** What the document says of an operation's answer, as far as pages and fields are concerned. */
export interface DocumentedAnswer {
  /** Whether success may be JSON: a JSON media type is named, or none at all. */
  readonly isJson: boolean
  /** The first schema of JSON success; undefined where there is none. */
  readonly schema: unknown
  /** Whether a `Link` header is described. */
  readonly hasLink: boolean
}

/** Reads the successful responses of an operation (OpenAPI "Responses Object"); Swagger 2.0's too. */
export function documentedAnswer(
  operation: JsonObject,
  resolveReference: ResolveReference,
): DocumentedAnswer {
  const responses = isJsonObject(operation.responses) ? operation.responses : {}
  let [isJson, hasTypes, hasLink] = [false, false, false]
  let schema: unknown
  for (const [status, entry] of Object.entries(responses)) {
    if (!/^2(?:\d\d|XX)$/i.test(status) && status !== 'default') continue
    const found = followReferences(resolveReference, entry)
    if (!('value' in found)) continue
    const { content, headers, schema: own } = found.value
    if (isJsonObject(headers)) hasLink ||= Object.keys(headers).some(name => name.toLowerCase() === 'link')
    if (status !== 'default') schema ??= own
    hasTypes ||= isJsonObject(content) && Object.keys(content).length > 0
    const media = jsonContent(content)
    isJson ||= media !== undefined
    if (status !== 'default') schema ??= media?.value.schema
  }
  return { isJson: isJson || !hasTypes, schema, hasLink }
}

const MOST_SCHEMAS = 64
const DEEPEST = 3

/**
 * Names of the members that an answer may have, as paths of at most three names, lists left alone. Empty where
 * the document does not say.
 */
export function answerMembers(schema: unknown, resolveReference: ResolveReference): readonly string[][] {
  const members: string[][] = []
  const stack: { schema: unknown; path: string[] }[] = [{ schema, path: [] }]
  for (let seen = 0; stack.length > 0 && seen < MOST_SCHEMAS; seen++) {
    const { schema: reference, path } = stack.pop() ?? { schema: undefined, path: [] }
    const found = followReferences(resolveReference, reference)
    if (!('value' in found)) continue
    for (const key of ['allOf', 'oneOf', 'anyOf']) {
      const parts = found.value[key]
      if (Array.isArray(parts)) stack.push(...parts.map(part => ({ schema: part, path })))
    }
    if (!isJsonObject(found.value.properties)) continue
    for (const [name, inner] of Object.entries(found.value.properties)) {
      members.push([...path, name])
      if (path.length + 1 < DEEPEST && isContainer(name)) stack.push({ schema: inner, path: [...path, name] })
    }
  }
  return members
}

/** Members in which answers keep what is about their pages, and not about what they list. */
export function isContainer(name: string): boolean {
  return /^_?(?:meta|metadata|response_?metadata|pag(?:e|es|ing|ination|er)|page_?info|pagination_?info|links?|cursors?|next|next_?page|result_?info|data|result)$/i.test(
    name,
  )
}
