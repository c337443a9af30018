import { readJwt } from './read-jwt.ts'

/**
 * The `iss` of what looks like a signed JWT, however its signature is spelt; undefined for everything else. Nothing of
 * it is verified: it only tells whose business the token is.
 */
export function issuerOf(token: string): unknown {
  const [first, second, third] = token.split('.', 3)
  return third === undefined ? undefined : readJwt(`${first}.${second}.`)?.claims.iss
}
