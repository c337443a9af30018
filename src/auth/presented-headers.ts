import { PosternError } from '../errors.ts'
import type { PresentedHeaders } from './scheme.ts'

/**
 * Makes the function that picks the credential headers out of a request.
 *
 * It reads `rawHeaders`, as they came over the wire: Node's `headers` object silently drops the second
 * `Authorization` and joins others, so that two readers could see two different callers.
 *
 * @param names every header name that some configured scheme reads; `Authorization` always counts.
 */
export function createHeaderReader(
  names: readonly string[],
): (rawHeaders: readonly string[]) => PresentedHeaders {
  const known = new Set(['authorization', ...names.map(name => name.toLowerCase())])
  const lengths = new Set([...known].map(name => name.length))
  return rawHeaders => {
    const presented = new Map<string, string>()
    for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
      const name = rawHeaders[i] ?? ''
      if (!lengths.has(name.length)) continue
      const lower = name.toLowerCase()
      if (!known.has(lower)) continue
      if (presented.has(lower)) {
        throw new PosternError('ambiguous_credentials', {
          message: `The request carries the header ${lower} more than once. Send exactly one credential.`,
        })
      }
      presented.set(lower, rawHeaders[i + 1] ?? '')
    }
    return presented
  }
}
