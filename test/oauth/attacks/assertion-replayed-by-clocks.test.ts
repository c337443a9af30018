/**
 * An assertion of a client (RFC 7523) is good once. What was used is remembered by the store, whose clock may be ahead
 * of ours: it must not forget one that is still taken here, or whoever has caught it is the client.
 */
import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { SignJWT } from 'jose'
import t from 'tap'
import type { OAuthClient } from '../../../src/oauth/client.ts'
import { authenticateClient } from '../../../src/oauth/clients/authenticate-client.ts'
import { readParameters } from '../../../src/oauth/read-parameters.ts'
import { createMemoryStore } from '../../../src/store/memory/store.ts'
import { codeOf } from '../clients/fixtures.ts'

const ISSUER = 'https://mcp.acme.example'
const TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

t.test('it is good once, also where the store is 55 seconds ahead', async t => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const client: OAuthClient = {
    ...{ id: 'mch_1', name: 'Nightly', origin: 'machine', host: undefined, redirectUris: [] },
    ...{ grantTypes: new Set(['client_credentials'] as const), scopes: ['read:*'], acts: undefined },
    authentication: { method: 'private_key_jwt', keys: { keys: [publicKey.export({ format: 'jwk' })] } },
  }
  const start = 1_800_000_000_000
  const clock = { now: start }
  const never = () => Promise.reject(new Error('not asked'))
  const needs = {
    ...{ find: async () => client, verifySecret: never, keys: { get: never, renew: never, forget() {} } },
    ...{ store: createMemoryStore(() => clock.now + 55_000), issuer: ISSUER, now: () => clock.now },
  }
  const assertion = await new SignJWT({ jti: randomUUID() })
    .setProtectedHeader({ alg: 'ES256' })
    .setIssuer(client.id)
    .setSubject(client.id)
    .setAudience(ISSUER)
    .setIssuedAt(start / 1_000)
    .setExpirationTime(start / 1_000 + 10)
    .sign(privateKey)
  const form = readParameters(
    new URLSearchParams({ client_assertion: assertion, client_assertion_type: TYPE }).toString(),
  )
  const { signal } = new AbortController()
  const bring = () => codeOf(authenticateClient({ headers: {}, from: '192.0.2.1', signal }, form, needs))
  t.equal(await bring(), 'none')
  for (let seconds = 0; seconds <= 40; seconds += 5) {
    clock.now = start + seconds * 1_000
    t.equal(await bring(), 'oauth_invalid_client', `after ${seconds} seconds`)
  }
})
