/** Where credentials are made and revoked: the part that a person has in what the tests of a fleet show. */
import { hash } from 'node:crypto'
import type { Test } from 'tap'
import { mintToken } from '../../src/auth/mint-token.ts'
import { openRedisStore } from '../../src/store/redis.ts'
import type { Revocable } from '../../src/store/revocation.ts'
import type { SignOptions } from '../auth/jwt/issuer.ts'
import type { Caller } from './product.ts'
import { KEY_PREFIX, type Surroundings } from './start-fleet.ts'

export interface Desk {
  /** Mints a token of the gateways that may do everything. */
  readonly mint: (caller: Caller) => Promise<{ readonly token: string; readonly id: string }>
  /** Resolves once the revocation was answered. */
  readonly revoke: (kind: Revocable, value: string, recheck?: boolean) => Promise<void>
  /** A JWT of the identity provider, good for ten minutes. */
  readonly sign: (caller: Caller, claims?: SignOptions['claims']) => string
  /** The id by which audit and revocations know a credential of the product's. */
  readonly idOf: (credential: string) => string
  readonly close: () => Promise<void>
}

/** Opens a store of its own, as another instance or the command line would. */
export async function openDesk(
  t: Test,
  { issuer }: Pick<Surroundings, 'issuer'>,
  url: string,
): Promise<Desk> {
  const store = await openRedisStore({ url, keyPrefix: KEY_PREFIX })
  const close = () => store.close()
  t.teardown(close)
  return {
    async mint({ subject, organization }) {
      const scopes = ['*']
      const { token, record } = mintToken(
        { prefix: 'fleet_pat_', name: 'fleet', subject, organization, roles: [], scopes },
        Date.now(),
      )
      await store.createToken(record)
      return { token, id: record.id }
    },
    async revoke(kind, value, recheck = false) {
      if (value.startsWith('tok_') && !recheck) {
        if (!(await store.revokeToken(value, Date.now()))) throw new Error(`no token ${value}`)
        return
      }
      await store.revoke({ kind, value, recheck, at: Date.now(), until: undefined, reason: undefined })
    },
    sign: (caller, claims) => signFor(issuer, caller, claims),
    idOf(credential) {
      const text = `${store.installation?.secret}\ncredential\nauthorization\nBearer ${credential}`
      return `crd_${hash('sha256', text, 'base64url').slice(0, 16)}`
    },
    close,
  }
}

function signFor(
  issuer: Surroundings['issuer'],
  { subject, organization }: Caller,
  claims: SignOptions['claims'] = {},
): string {
  const now = Math.floor(Date.now() / 1_000)
  const about = { sub: subject, org: organization, scope: '*', jti: undefined }
  return issuer.sign({ claims: { ...about, iat: now - 60, nbf: now - 60, exp: now + 600, ...claims } })
}
