import type { SchemeConfig } from '../../config/schema.ts'
import type { PresentedHeaders } from '../scheme.ts'
import type { AttemptBy } from './attempt-keys.ts'

/** What is looked at of a request to count it, once that is needed. */
export interface Attempt extends AttemptBy {
  /** The credential headers, lower-case names; of one that comes twice, the last. */
  readonly credential: PresentedHeaders
}

/** Makes the function that reads who attempts to sign in, and with what. Never throws. */
export function createAttemptReader(
  auth: readonly SchemeConfig[],
): (rawHeaders: readonly string[], from: string) => Attempt {
  const pickCredential = createPicker(['authorization', ...auth.flatMap(headersOf)])
  const pickClaim = createPicker(
    auth.flatMap(scheme => (scheme.type === 'headers' && scheme.subject !== undefined ? scheme.subject : [])),
  )
  return (rawHeaders, from) => ({
    from,
    subject: pickClaim(rawHeaders).values().next().value,
    get credential() {
      return pickCredential(rawHeaders)
    },
  })
}

const NOTHING: PresentedHeaders = new Map()

/** Headers are told apart by their length first, which spares nearly all of them the lower case. */
function createPicker(names: readonly string[]): (rawHeaders: readonly string[]) => PresentedHeaders {
  const known = new Set(names.map(name => name.toLowerCase()))
  const lengths = new Set(names.map(name => name.length))
  return rawHeaders => {
    let picked: Map<string, string> | undefined
    for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
      const name = rawHeaders[i] ?? ''
      if (!lengths.has(name.length)) continue
      const lower = name.toLowerCase()
      if (!known.has(lower)) continue
      picked ??= new Map()
      picked.set(lower, rawHeaders[i + 1] ?? '')
    }
    return picked ?? NOTHING
  }
}

function headersOf(scheme: SchemeConfig): readonly string[] {
  if (scheme.type === 'anonymous') return []
  return scheme.type === 'headers' ? scheme.headers : [scheme.header]
}
