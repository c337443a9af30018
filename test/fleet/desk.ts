/** Where credentials are made and revoked: the part that a person has in what the tests of a fleet show. */
import { hash } from 'node:crypto'
import { mintToken } from '../../src/auth/mint-token.ts'
import { openRedisStore } from '../../src/store/redis/store.ts'
import type { Revocable } from '../../src/store/revocation.ts'
import type { SignOptions } from '../auth/jwt/issuer.ts'
import type { NodeClient } from './node-client.ts'
import type { Caller } from './product.ts'
import { KEY_PREFIX, type Surroundings } from './start-fleet.ts'

/** Works through the admin API of the gateways; knows nothing that a gateway would have to be told. */
export interface Desk {
  /** Mints a token that may do everything with the product. */
  readonly mint: (
    node: NodeClient,
    caller: Caller,
  ) => Promise<{ readonly token: string; readonly id: string }>
  /** Resolves once the node has answered that it is revoked; rejects if it answered anything else. */
  readonly revoke: (node: NodeClient, revocation: RevocationOf) => Promise<void>
  /** A JWT of the identity provider, good for ten minutes. */
  readonly sign: (caller: Caller, claims?: SignOptions['claims']) => string
  /** The id by which audit and revocations know a credential of the product's. */
  readonly idOf: (credential: string) => string
}

/** What is revoked; of a minted token its id. */
export interface RevocationOf {
  readonly kind: Revocable | 'token'
  readonly value: string
  readonly recheck?: boolean
}

/** Makes an administrator's token in the store itself, as `postern token create` does, and lets go of the store. */
export async function openDesk({ issuer }: Pick<Surroundings, 'issuer'>, url: string): Promise<Desk> {
  const store = await openRedisStore({ url, keyPrefix: KEY_PREFIX })
  const minted = mintToken(
    { prefix: 'fleet_pat_', name: 'admin', subject: 'admin', roles: ['admin'], scopes: ['*'] },
    Date.now(),
  )
  await store.createToken(minted.record)
  const secret = store.installation?.secret
  await store.close()
  if (secret === undefined) throw new Error('the store has no installation')

  return {
    async mint(node, { subject, organization }) {
      const body = { name: 'fleet', scopes: ['*'], subject, organization }
      const answer = await node.request('POST', '/admin/tokens', minted.token, body)
      if (answer.status === 201) return answer.body
      throw new Error(`not minted: ${answer.status} ${JSON.stringify(answer.body)}`)
    },
    async revoke(node, { kind, value, recheck }) {
      const answer =
        kind === 'token'
          ? await node.request('DELETE', `/admin/tokens/${value}`, minted.token)
          : await node.request('POST', '/admin/revocations', minted.token, {
              kind,
              value,
              ...(recheck && { recheck }),
            })
      if (answer.status === (kind === 'token' ? 204 : 201)) return
      throw new Error(`not revoked: ${answer.status} ${JSON.stringify(answer.body)}`)
    },
    sign: (caller, claims) => signFor(issuer, caller, claims),
    idOf(credential) {
      const text = `${secret}\ncredential\nauthorization\nbearer ${credential.toLowerCase()}`
      return `crd_${hash('sha256', text, 'base64url').slice(0, 16)}`
    },
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
