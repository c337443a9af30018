/** Seconds that are said where whoever was asked says nothing that can be used. */
const USUAL = 5
/** Longer than this nobody is sent away: clients would give up for good. */
const LONGEST = 3_600

/**
 * The Retry-After (RFC 9110 section 10.2.3) to hand on to a caller whose credential could not be verified, in
 * seconds from 1 to 3,600.
 *
 * @param header as the one who was asked sent it: seconds, or a date.
 * @param now milliseconds since the epoch.
 */
export function retryAfter(header: string | undefined, now: number): string {
  if (header === undefined) return String(USUAL)
  const text = header.trim()
  const seconds = /^\d{1,9}$/.test(text) ? Number(text) : Math.ceil((Date.parse(text) - now) / 1_000)
  if (!Number.isFinite(seconds)) return String(USUAL)
  return String(Math.min(LONGEST, Math.max(1, seconds)))
}
