import { hash } from 'node:crypto'

/**
 * SHA-256 of a whole minted token, prefix included, as base64url without padding: what the store keeps.
 * A plain hash is enough, because the token itself is 192 random bits; it must not be used for passwords.
 *
 * Tokens are found by this hash, in indexes whose look-ups may take longer the more of it is right. That tells an
 * attacker nothing that helps: he can choose the token, and a token whose hash begins like another's is no nearer to
 * it. At best he learns a stored hash, from which no token can be had. Secrets that are not looked up are compared
 * with `timingSafeEqual`; `test/auth/constant-time.test.ts` looks for others.
 */
export function hashToken(token: string): string {
  return hash('sha256', token, 'base64url')
}
