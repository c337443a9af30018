import type { FetchedDocument } from './fetch-document.ts'

const SHORTEST = 60_000
const LONGEST = 24 * 3_600_000
/** Where nothing is said. */
const USUAL = 10 * 60_000

/**
 * How long a document may be used, in milliseconds: what Cache-Control says (RFC 9111 section 5.2), less its Age, but a
 * minute at least, so that nobody is asked for every request, and a day at most, so that what was taken back ends.
 */
export function cacheLifetime({ cacheControl, age }: Pick<FetchedDocument, 'cacheControl' | 'age'>): number {
  if (cacheControl === undefined) return USUAL
  const directives = cacheControl
    .toLowerCase()
    .split(',')
    .map(directive => directive.trim())
  if (directives.some(directive => /^no-(?:store|cache)\b/.test(directive))) return SHORTEST
  const [seconds] = directives.flatMap(directive => /^max-age="?(\d{1,10})"?$/.exec(directive)?.[1] ?? [])
  if (seconds === undefined) return USUAL
  return Math.min(LONGEST, Math.max(SHORTEST, (Number(seconds) - age) * 1_000))
}
