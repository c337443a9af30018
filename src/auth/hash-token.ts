import { hash } from 'node:crypto'

/**
 * SHA-256 of a whole minted token, prefix included, as base64url without padding: what the store keeps.
 * A plain hash is enough, because the token itself is 192 random bits; it must not be used for passwords.
 */
export function hashToken(token: string): string {
  return hash('sha256', token, 'base64url')
}
