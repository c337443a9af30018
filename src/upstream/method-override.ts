import { decodeQueryName } from './query-name.ts'

/**
 * Whether a request asks the backend to take it for another method than it has, which would defeat a policy
 * that goes by the method: `_method` in the query or, for POST, in a form, multipart or JSON body (Rails,
 * Laravel, Symfony, Express). The headers that do the same never reach the backend.
 */
export function hasMethodOverride(
  method: string,
  query: string,
  contentType: string | undefined,
  body: Buffer | undefined,
): boolean {
  if (namesMethod(query)) return true
  if (method !== 'POST' || body === undefined) return false
  const type = contentType?.toLowerCase() ?? ''
  const text = body.toString('latin1')
  if (type.includes('urlencoded')) return namesMethod(text)
  if (type.includes('multipart')) return /name\s*\*?=\s*[^;\r\n]*_method/i.test(text)
  return type.includes('json') && jsonNamesMethod(body)
}

function namesMethod(query: string): boolean {
  return query.split(/[&;]/).some(pair => isMethodName(decodeQueryName(pair.split('=', 1)[0] ?? '')))
}

function jsonNamesMethod(body: Buffer): boolean {
  const text = body.toString('utf8')
  if (!text.includes('_method') && !text.includes('\\u')) return false
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && Object.keys(value).some(isMethodName)
  } catch {
    // Not JSON to us; a backend may be more lenient.
    return text.includes('_method')
  }
}

function isMethodName(name: string): boolean {
  return /^\s*_method\s*(?:\[|$)/i.test(name)
}
