import { createHmac } from 'node:crypto'

/**
 * A value that only the holder of a secret can make: HMAC-SHA-256 as 43 characters of base64url. So CSRF tokens, and
 * what is agreed with an identity provider, need no place in the store.
 *
 * @param purpose - another one gives another value
 */
export function derive(secret: string, purpose: string, text: string): string {
  return createHmac('sha256', secret).update(`postern ${purpose}\n${text}`).digest('base64url')
}
