import { isJsonMediaType } from '../document/json-media-type.ts'
import { followReferences, type ResolveReference } from '../document/resolve-reference.ts'
import { isJsonObject } from '../is-json-object.ts'
import type { JsonObject } from '../tool.ts'

/** Why such an operation is skipped, and what to do where it should not be. */
export const ABOUT_TRANSPORT =
  'the operation asks how the address is reached (TRACE, or OPTIONS that neither takes a body nor answers JSON), not the API; describe its answer as JSON if there is one'

/**
 * Whether an operation asks about the transport (RFC 9110 9.3.7 and 9.3.8), so that it is no tool: TRACE always, and
 * OPTIONS unless the document gives it a meaning of its own, a body or an answer of JSON, as Box does with its check
 * before an upload and its list of servers. Answers to browsers that ask before they call, which some generators
 * describe, have none.
 */
export function isAboutTransport(
  method: string,
  { requestBody, responses }: JsonObject,
  resolveReference: ResolveReference,
): boolean {
  if (method !== 'OPTIONS') return method === 'TRACE'
  if (requestBody !== undefined) return false
  return !Object.entries(isJsonObject(responses) ? responses : {}).some(([status, entry]) => {
    const found = followReferences(resolveReference, entry)
    return /^2/.test(status) && 'value' in found && saysSomething(found.value)
  })
}

function saysSomething({ content, headers }: JsonObject): boolean {
  const names = Object.keys(isJsonObject(headers) ? headers : {})
  if (names.some(name => /^access-control-/i.test(name))) return false
  return Object.keys(isJsonObject(content) ? content : {}).some(isJsonMediaType)
}
