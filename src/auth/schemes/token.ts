import type { SchemeConfig } from '../../config/schema.ts'
import type { Store, TokenRecord } from '../../store/store.ts'
import { createTokenFinder } from '../find-token.ts'
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

/** Tokens minted by Postern for people and machines that hold them themselves; see `find-token.ts`. */
export function createTokenScheme({ config, index, store, longest, now }: TokenSchemeOptions): Scheme {
  const { prefix, header } = config
  const headerKey = header.toLowerCase()
  const find = createTokenFinder({
    store,
    now,
    isOwn: isMinted,
    toPrincipal: record => toPrincipal(record, index),
  })

  return {
    type: 'token',
    headers: [header],
    expects: `\`${headerKey === 'authorization' ? 'Authorization: Bearer …' : `${header}: …`}\` with a token that starts with ${prefix}`,
    authenticate(presented) {
      const token = readToken(header, presented.get(headerKey) ?? '', longest)
      return token.startsWith(prefix) ? find(token, asKnown) : undefined
    },
  }
}

/** Nothing goes with it for one request. */
function asKnown(known: Authenticated): Authenticated {
  return known
}

/** An access token of the authorization server is good for one endpoint only, which this scheme does not ask. */
function isMinted(record: TokenRecord): record is TokenRecord {
  return record.oauth === undefined
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
    restsOn: NOTHING,
    audience: undefined,
  })
}

const NOTHING: readonly string[] = Object.freeze([])
