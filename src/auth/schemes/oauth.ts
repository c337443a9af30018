import type { OAuthConfig } from '../../config/schema.ts'
import { PosternError } from '../../errors.ts'
import type { OAuthPart, Store, TokenRecord } from '../../store/store.ts'
import type { Site } from '../endpoint.ts'
import { createTokenFinder } from '../find-token.ts'
import { createMachineTokenVerifier } from '../machine-token-verifier.ts'
import { openGiven } from '../open-given.ts'
import type { Authenticated, Principal } from '../principal.ts'
import { LONGEST_JWT, readToken } from '../read-token.ts'
import type { Scheme } from '../scheme.ts'

export interface OAuthSchemeOptions {
  readonly config: OAuthConfig
  readonly index: number
  readonly store: Store
  readonly site: Site
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/**
 * Access tokens of the built-in authorization server: opaque ones, which are records of the store as minted tokens are,
 * and the JWTs of machines. Whether a token is meant for the endpoint is asked of every caller, by
 * `refuse-foreign.ts`; whether its grant, client or credential was revoked, by `refuse-revoked.ts`.
 *
 * Refresh tokens and codes are no credential here, and are not looked up: whoever has one of them has it from the token
 * endpoint or the redirect, and exchanges it there.
 */
export function createOAuthScheme({ config, index, store, site, now }: OAuthSchemeOptions): Scheme {
  const { prefix } = config
  const headerKey = config.header.toLowerCase()
  const access = `${prefix}oat_`
  const find = createTokenFinder({
    store,
    now,
    isOwn: isAccessToken,
    toPrincipal: record => toPrincipal(record, index),
  })
  const verifyMachine = createMachineTokenVerifier({ index, site, now })

  return {
    type: 'oauth',
    headers: [config.header],
    expects:
      '`Authorization: Bearer …` with an OAuth access token, which clients get when they are connected',
    authenticate(presented) {
      const token = readToken(config.header, presented.get(headerKey) ?? '', LONGEST_JWT)
      if (token.startsWith(access)) return find(token, (known, record) => withGiven(known, record, token))
      if (token.startsWith(prefix)) refuseOtherKinds(token.slice(prefix.length))
      return verifyMachine(token)
    },
  }
}

/** For this request only: what was given can be opened by the token alone, which is not kept. */
function withGiven(known: Authenticated, { id, oauth }: AccessToken, token: string): Authenticated {
  if (oauth.sealed === undefined) return known
  const gift = { tokenId: id, sealed: oauth.sealed }
  return { ...known, gift, given: openGiven(token, gift) }
}

type AccessToken = TokenRecord & { readonly oauth: OAuthPart }

function isAccessToken(record: TokenRecord): record is AccessToken {
  return record.oauth !== undefined
}

const OTHER_KINDS: Readonly<Record<string, string>> = {
  ort_: 'This is a refresh token, and no access token. Clients exchange it for one at the token endpoint; nobody sends it here.',
  oac_: 'This is an authorization code, and no access token. Clients exchange it for one at the token endpoint; nobody sends it here.',
}

function refuseOtherKinds(rest: string): void {
  const message = OTHER_KINDS[rest.slice(0, 4)]
  if (message !== undefined) throw new PosternError('invalid_token', { message })
}

function toPrincipal(record: AccessToken, index: number): Principal {
  const { grant, client, resource, credential } = record.oauth
  return Object.freeze({
    subject: record.subject,
    organization: record.organization,
    roles: record.roles,
    scopes: record.scopes,
    scheme: 'oauth',
    schemeIndex: index,
    credentialId: record.id,
    expiresAt: record.expiresAt,
    client,
    sequence: record.sequence,
    issuedAt: undefined,
    restsOn: Object.freeze(credential === undefined ? [grant] : [grant, credential]),
    audience: Object.freeze([resource]),
  })
}
