import { hash } from 'node:crypto'
import { isSame } from '../is-same.ts'

/** RFC 7636 section 4.1. */
const VERIFIER = /^[A-Za-z0-9._~-]{43,128}$/

/**
 * Whether a `code_verifier` is the one behind an S256 challenge (RFC 7636 section 4.6); the time that it takes does not
 * depend on how much of it is right.
 *
 * @param challenge - 43 characters of base64url
 */
export function isVerifierOf(challenge: string, verifier: string): boolean {
  return VERIFIER.test(verifier) && isSame(hash('sha256', verifier, 'base64url'), challenge)
}
