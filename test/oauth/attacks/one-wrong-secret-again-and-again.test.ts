/**
 * A hash of argon2id costs 19 MiB and some 40 ms, and few are computed at a time. A wrong secret that comes again is no
 * further guess and is not counted; so it must not be hashed either, or whoever repeats one keeps all machines out.
 */
import t from 'tap'
import type { OAuthClient } from '../../../src/oauth/client.ts'
import { createSecretVerifier } from '../../../src/oauth/clients/verify-client-secret.ts'
import { createMemoryStore } from '../../../src/store/memory/store.ts'
import { codeOf } from '../clients/fixtures.ts'

function clientWith(hash: string): OAuthClient {
  return {
    ...{ id: 'mch_1', name: 'Nightly', origin: 'machine', host: undefined, redirectUris: [] },
    ...{ grantTypes: new Set(['client_credentials'] as const), scopes: ['read:*'], acts: undefined },
    authentication: { method: 'client_secret', hash },
  }
}

t.test('it is hashed once', async t => {
  const hashed: string[] = []
  const clock = { now: 0 }
  const verify = createSecretVerifier({
    store: createMemoryStore(() => clock.now),
    onPause: () => {},
    clock: () => clock.now,
    failedSignIns: () => ({
      perAddress: { amount: 10, window: 60_000, unit: 'min' },
      perSubject: { amount: 5, window: 60_000, unit: 'min' },
      perSubjectAnywhere: { amount: 100, window: 60_000, unit: 'min' },
    }),
    secrets: {
      make: () => Promise.reject(new Error('not asked')),
      hash: () => Promise.reject(new Error('not asked')),
      verify: async (secret, hash) => {
        hashed.push(secret)
        return secret === hash
      },
    },
  })
  for (let count = 0; count < 50; count++) {
    const from = `192.0.2.${count % 3}`
    t.equal(await codeOf(verify(clientWith('good'), { secret: 'old', from })), 'oauth_invalid_client')
  }
  t.same(hashed, ['old'])
  t.equal(await codeOf(verify(clientWith('good'), { secret: 'good', from: '192.0.2.9' })), 'none')
  t.equal(
    await codeOf(verify(clientWith('old'), { secret: 'old', from: '192.0.2.9' })),
    'none',
    'once it is the right one it is taken at once',
  )
})
