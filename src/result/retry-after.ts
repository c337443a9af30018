/**
 * Retry-After (RFC 9110 10.2.3) in words: none or one sentence. A date becomes seconds from now.
 *
 * @param now - milliseconds since the epoch.
 */
export function retryAfter(header: string | string[] | undefined, now = Date.now()): readonly string[] {
  const value = Array.isArray(header) ? header[0] : header
  if (value === undefined) return []
  const seconds = /^\d{1,9}$/.test(value.trim()) ? Number(value) : Math.ceil((Date.parse(value) - now) / 1000)
  if (!Number.isFinite(seconds)) return []
  if (seconds <= 0) return ['It may be tried again now.']
  return [`Try again after ${seconds} ${seconds === 1 ? 'second' : 'seconds'}.`]
}
