import { timingSafeEqual } from 'node:crypto'

/** Whether a value is the expected one, in a time that tells nothing of it but its length. */
export function isSame(given: string | undefined, expected: string): boolean {
  const [a, b] = [Buffer.from(given ?? ''), Buffer.from(expected)]
  return a.length === b.length && timingSafeEqual(a, b)
}
