import type { Config } from '../config/config.ts'
import { credentialPrefixes } from '../config/credential-prefixes.ts'

/** A text without the credentials in it: each is `[credential]` then. */
export type HideCredentials = (text: string) => string

/**
 * Makes what finds the credentials of this gateway's callers in texts that callers choose: models put what they hold
 * anywhere, their token as an id for example, and a record must not let in whoever reads it. What is minted here, or
 * configured with a prefix, is known by it, a JWT by its parts; a credential of no known form is not found.
 */
export function hideCredentials(auth: Config['auth']): HideCredentials {
  const known = credentialPrefixes(auth).map(start => start.replace(/[^\w]/g, '\\$&'))
  const prefixed = known.length === 0 ? [] : [`(?:${known.join('|')})${REST}`]
  const pattern = new RegExp(`(?<![A-Za-z0-9])(?:${[...prefixed, JWT].join('|')})`, 'g')
  return text => text.replace(pattern, '[credential]')
}

/** So much that no one takes it for a word with the same start. */
const REST = '[A-Za-z0-9_.~+/=-]{8,}'
/** JWS in its compact form (RFC 7515 section 7.1), or a JWE, of which the rest stays out as well. */
const JWT = 'e[wy][A-Za-z0-9_-]{8,}(?:\\.[A-Za-z0-9_-]+){2,4}'
