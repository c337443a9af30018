import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/** 192 random bits, base64url: ids of flows, and secrets of cookies. */
export function randomSecret(): string {
  return randomBytes(24).toString('base64url')
}

/**
 * A value that only the holder of a secret can make: HMAC-SHA-256 as 43 characters of base64url. So CSRF tokens, and
 * what is agreed with an identity provider, need no place in the store.
 *
 * @param purpose - another one gives another value
 */
export function derive(secret: string, purpose: string, text: string): string {
  return createHmac('sha256', secret).update(`postern ${purpose}\n${text}`).digest('base64url')
}

/** Whether a value is the expected one, in a time that tells nothing of it but its length. */
export function isSame(given: string | undefined, expected: string): boolean {
  const [a, b] = [Buffer.from(given ?? ''), Buffer.from(expected)]
  return a.length === b.length && timingSafeEqual(a, b)
}
