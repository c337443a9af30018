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
  const names = new Set(['authorization', ...auth.flatMap(headersOf).map(name => name.toLowerCase())])
  const claims = new Set(
    auth.flatMap(scheme =>
      scheme.type === 'headers' && scheme.subject !== undefined ? scheme.subject.toLowerCase() : [],
    ),
  )
  return (rawHeaders, from) => ({
    from,
    subject: claims.size === 0 ? undefined : pick(rawHeaders, claims).values().next().value,
    get credential() {
      return pick(rawHeaders, names)
    },
  })
}

function pick(rawHeaders: readonly string[], names: ReadonlySet<string>): Map<string, string> {
  const picked = new Map<string, string>()
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]?.toLowerCase() ?? ''
    if (names.has(name)) picked.set(name, rawHeaders[i + 1] ?? '')
  }
  return picked
}

function headersOf(scheme: SchemeConfig): readonly string[] {
  if (scheme.type === 'anonymous') return []
  return scheme.type === 'headers' ? scheme.headers : [scheme.header]
}
