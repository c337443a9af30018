import { hash, timingSafeEqual } from 'node:crypto'

/** RFC 7636 section 4.1. */
const VERIFIER = /^[A-Za-z0-9._~-]{43,128}$/

/**
 * Whether a `code_verifier` is the one behind an S256 challenge (RFC 7636 section 4.6); the time that it takes does not
 * depend on how much of it is right.
 *
 * @param challenge - 43 characters of base64url
 */
export function isVerifierOf(challenge: string, verifier: string): boolean {
  if (!VERIFIER.test(verifier)) return false
  const given = Buffer.from(hash('sha256', verifier, 'base64url'))
  const wanted = Buffer.from(challenge)
  return given.length === wanted.length && timingSafeEqual(given, wanted)
}
