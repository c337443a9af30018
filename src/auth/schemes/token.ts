import type { SchemeConfig } from '../../config/schema.ts'
import { PosternError } from '../../errors.ts'
import type { Store, TokenRecord } from '../../store/store.ts'
import { createExpiringCache } from '../expiring-cache.ts'
import { hashToken } from '../hash-token.ts'
import { keepPrincipal } from '../keep-principal.ts'
import type { Authenticated, Principal } from '../principal.ts'
import { readToken } from '../read-token.ts'
import type { Scheme } from '../scheme.ts'

export interface TokenSchemeOptions {
  readonly config: Extract<SchemeConfig, { type: 'token' }>
  readonly index: number
  readonly store: Store
  /** Most characters of the header, where another scheme takes more. */
  readonly longest?: number
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** Minted tokens are never shown to a product. */
const NOTHING_TO_FORWARD: Authenticated['forwardable'] = Object.freeze({})

/**
 * Tokens minted by Postern. The store is asked for every request, so a revocation holds from the next one on.
 *
 * Tokens are looked up by their SHA-256: no secret is compared byte by byte here, and the time that a look-up
 * takes says nothing about the token, only about a hash that nobody can steer.
 */
export function createTokenScheme({ config, index, store, longest, now }: TokenSchemeOptions): Scheme {
  const { prefix, header } = config
  const headerKey = header.toLowerCase()
  const callers = new WeakMap<TokenRecord, Authenticated>()
  // The store may hand out a new object for an unchanged record; the principal stays the same.
  const principals = createExpiringCache<Principal>(10_000)

  function accept(record: TokenRecord | undefined): Authenticated {
    const at = now()
    const valid = checkRecord(record, at)
    store.touchToken(valid.id, at)
    const known = callers.get(valid)
    if (known !== undefined) return known
    const principal = keepPrincipal(principals.peek(valid.id), toPrincipal(valid, index))
    principals.set(valid.id, principal, at, Number.POSITIVE_INFINITY)
    const caller = Object.freeze({ principal, forwardable: NOTHING_TO_FORWARD })
    callers.set(valid, caller)
    return caller
  }

  return {
    type: 'token',
    headers: [header],
    expects: `\`${headerKey === 'authorization' ? 'Authorization: Bearer …' : `${header}: …`}\` with a token that starts with ${prefix}`,
    authenticate(presented) {
      const token = readToken(header, presented.get(headerKey) ?? '', longest)
      if (!token.startsWith(prefix)) return undefined
      const found = store.findToken(hashToken(token))
      return found instanceof Promise ? found.then(accept) : accept(found)
    },
  }
}

function checkRecord(record: TokenRecord | undefined, now: number): TokenRecord {
  if (record === undefined) refuse('This token is unknown. Was all of it copied?')
  if (record.revokedAt !== undefined) refuse('This token was revoked. Ask for a new one.', 'revoked')
  if (record.expiresAt !== undefined && !(now < record.expiresAt)) {
    refuse('This token has expired. Ask for a new one.', 'expired')
  }
  return record
}

/** `reason` tells a token that was right once from a guess. */
function refuse(message: string, reason?: 'revoked' | 'expired'): never {
  throw new PosternError('invalid_token', { message, ...(reason !== undefined && { data: { reason } }) })
}

function toPrincipal(record: TokenRecord, index: number): Principal {
  return Object.freeze({
    subject: record.subject,
    organization: record.organization,
    roles: record.roles,
    scopes: record.scopes,
    scheme: 'token',
    schemeIndex: index,
    credentialId: record.id,
    expiresAt: record.expiresAt,
    client: undefined,
    sequence: record.sequence,
    issuedAt: undefined,
    restsOn: [],
    audience: undefined,
  })
}
