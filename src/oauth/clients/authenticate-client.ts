import { hash } from 'node:crypto'
import type { CheckedHeader } from '../../auth/jwt/check-header.ts'
import type { KeyRing } from '../../auth/jwt/key-ring.ts'
import { verifySignature } from '../../auth/jwt/verify-signature.ts'
import { PosternError } from '../../errors.ts'
import type { Records } from '../../store/records.ts'
import type { OAuthClient } from '../client.ts'
import type { OAuthRequest } from '../http.ts'
import { oauthError } from '../oauth-error.ts'
import { ALIASES, PATHS } from '../paths.ts'
import type { Parameters } from '../read-parameters.ts'
import { checkClientAssertion, readClientAssertion } from './client-assertion.ts'
import { clientKeys } from './client-keys.ts'
import type { Clients } from './clients.ts'
import type { Documents } from './find-document.ts'
import { BASIC_CHALLENGE, type ClientProof, readProof } from './read-proof.ts'
import type { PresentedSecret } from './verify-client-secret.ts'

/** What {@link authenticateClient} needs. */
export interface AuthenticationNeeds {
  readonly find: Clients['find']
  readonly verifySecret: (client: OAuthClient, presented: PresentedSecret) => Promise<void>
  /** The keys that clients publish. */
  readonly keys: Documents
  readonly store: Pick<Records, 'commit'>
  readonly issuer: string
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/**
 * The client that makes a request, once it has proved it in the way that it is registered for (RFC 6749 section 2.3):
 * one that has a secret or a key can't go without, and one that has none can't pretend.
 *
 * @throws PosternError as {@link Clients.authenticate}
 */
export async function authenticateClient(
  request: Pick<OAuthRequest, 'headers' | 'from' | 'signal'>,
  form: Parameters,
  needs: AuthenticationNeeds,
): Promise<OAuthClient> {
  const proof = readProof(request, form)
  try {
    return await prove(proof, request, needs)
  } catch (error) {
    const isBasic = proof.type === 'secret' && proof.header
    if (!isBasic || !(error instanceof PosternError) || error.code !== 'oauth_invalid_client') throw error
    throw oauthError('oauth_invalid_client', error.message, { headers: BASIC_CHALLENGE, cause: error })
  }
}

async function prove(
  proof: ClientProof,
  request: Pick<OAuthRequest, 'from' | 'signal'>,
  needs: AuthenticationNeeds,
): Promise<OAuthClient> {
  const { from, signal } = request
  if (proof.type === 'assertion') return proveByAssertion(proof, request, needs)
  const client = await needs.find(proof.id, from, signal)
  if (METHODS[proof.type] !== client.authentication.method) throw otherMethod(client)
  if (proof.type === 'secret') await needs.verifySecret(client, { secret: proof.secret, from })
  return client
}

const METHODS = { none: 'none', secret: 'client_secret' } as const

/** RFC 7523 section 3. The `jti` is used up last, so that nobody can use up another's. */
async function proveByAssertion(
  { id, assertion }: Extract<ClientProof, { type: 'assertion' }>,
  { from, signal }: Pick<OAuthRequest, 'from' | 'signal'>,
  { find, keys, store, issuer, now }: AuthenticationNeeds,
): Promise<OAuthClient> {
  const read = readClientAssertion(assertion)
  if (id !== undefined && id !== read.clientId) {
    throw oauthError(
      'oauth_invalid_client',
      'The client assertion is of another client than client_id names.',
    )
  }
  const client = await find(read.clientId, from, signal)
  const { authentication } = client
  if (authentication.method !== 'private_key_jwt') throw otherMethod(client)
  const { jti, refusedFrom } = checkClientAssertion(read, audiencesOf(issuer), now())
  await verify(assertion, read.header, clientKeys(authentication, keys, { from, signal }))
  const used = hash('sha256', `client assertion\n${client.id}\n${jti}`, 'base64url')
  const isFirst = await store.commit([
    { key: `used:${used}`, before: undefined, after: '1', expiresAt: refusedFrom + MARGIN },
  ])
  if (isFirst) return client
  throw oauthError('oauth_invalid_client', 'The client assertion was used before. Make a new one each time.')
}

/** The store's clock may be ahead, and would forget what is still taken here; in milliseconds. */
const MARGIN = 60_000

/** The issuer, as the later draft of RFC 7523 demands, and the token endpoint under both its paths. */
function audiencesOf(issuer: string): readonly string[] {
  return [issuer, issuer + PATHS.token, issuer + ALIASES.token]
}

async function verify(assertion: string, header: CheckedHeader, ring: KeyRing): Promise<void> {
  try {
    await verifySignature(assertion, header, ring, undefined)
  } catch (error) {
    if (!(error instanceof PosternError) || error.code !== 'invalid_token') throw error
    throw oauthError(
      'oauth_invalid_client',
      'The client assertion is not signed with a key of the client, or the signature is wrong.',
      { detail: error.message },
    )
  }
}

function otherMethod({ authentication }: OAuthClient): PosternError {
  const { method } = authentication
  const words = {
    none: 'has no secret and no key, and brings none',
    client_secret: 'has a secret, and must bring it',
    private_key_jwt: 'has a key, and must bring an assertion that is signed with it',
  }
  return oauthError('oauth_invalid_client', `This client ${words[method]}.`)
}
