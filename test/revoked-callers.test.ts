/** N16, N17: callers of every scheme are refused on the request after their revocation, and nobody else is. */
import t from 'tap'
import { createMemoryStore } from '../src/store/memory/store.ts'
import { ANONYMOUS, BEARER, bearer, PAIR, pair, setUp, TOKEN } from './auth/fixtures.ts'
import { createIssuer } from './auth/jwt/issuer.ts'
import { revocation } from './store/revocations-contract.ts'

const REVOKED = { code: 'invalid_token', status: 401, message: /revoked/ }

t.test('a minted token, by its subject; a new one is good', async t => {
  const { signIn, mint, store } = setUp()
  const [old, other] = [await mint(), await mint({ subject: 'user-8' })]
  await signIn(bearer(old.token))
  await store.revoke(revocation({ value: 'user-7' }))
  await t.rejects(signIn(bearer(old.token)), REVOKED)
  await signIn(bearer(other.token))
  const fresh = await mint()
  await signIn(bearer(fresh.token))
  t.equal(await store.liftRevocation('subject', 'user-7'), true)
  await signIn(bearer(old.token))
})

t.test(
  'a JWT, by its jti, subject, organisation and client (N17), though it is verified and kept',
  async t => {
    const issuer = await createIssuer(t)
    for (const [kind, value] of [
      ['credential', 'jti_token-1'],
      ['subject', 'ada'],
      ['organization', 'org-1'],
      ['client', 'claude'],
    ] as const) {
      const { signIn, store, clock } = setUp({ auth: [issuer.config()] })
      const token = issuer.sign({ claims: { client_id: 'claude' } })
      t.equal((await signIn(bearer(token))).principal.client, 'claude')
      await store.revoke(revocation({ kind, value, at: clock.now }))
      await t.rejects(signIn(bearer(token)), REVOKED, kind)
      const later = issuer.sign({
        claims: { client_id: 'claude', jti: 'token-2', iat: clock.now / 1_000 + 31 },
      })
      clock.now += 31_000
      await signIn(bearer(later))
    }
  },
)

t.test('the product’s own credentials, by id, however they are written, and by subject', async t => {
  for (const [kind, headers, others] of [
    ['credential', pair('ada@acme.example', 'secret-ada'), [pair('ADA@acme.example', 'secret-ada')]],
    ['subject', pair('ada@acme.example', 'secret-ada'), [bearer('lct_pat_ada')]],
    ['credential', bearer('lct_pat_ada'), []],
  ] as const) {
    const { signIn, store } = setUp()
    const { principal } = await signIn(headers)
    for (const same of others) await signIn(same)
    const value = kind === 'credential' ? principal.credentialId : principal.subject
    await store.revoke(revocation({ kind, value }))
    for (const refused of [headers, ...others]) await t.rejects(signIn(refused), REVOKED)
    await signIn(bearer('lct_pat_bob'))
  }
})

t.test('the id of a product’s credential is the same on every node that shares the store', async t => {
  const store = createMemoryStore()
  const [one, two] = [setUp({ store }), setUp({ store, auth: [ANONYMOUS, PAIR, TOKEN, BEARER] })]
  const ids = await Promise.all(
    [one, two].map(async ({ signIn }) => (await signIn(bearer('lct_pat_ada'))).principal),
  )
  t.equal(ids[0]?.credentialId, ids[1]?.credentialId)
  t.not(ids[0]?.credentialId, (await setUp().signIn(bearer('lct_pat_ada'))).principal.credentialId)
})

t.test('after a recheck the product is asked again, once', async t => {
  const { signIn, store, product } = setUp()
  await signIn(bearer('lct_pat_ada'))
  await signIn(bearer('lct_pat_bob'))
  t.equal(product.questions.length, 2)
  await store.revoke(revocation({ value: 'ada', recheck: true }))
  await signIn(bearer('lct_pat_ada'))
  await signIn(bearer('lct_pat_ada'))
  await signIn(bearer('lct_pat_bob'))
  t.equal(product.questions.length, 3)
})

t.test('an anonymous caller has nothing to revoke', async t => {
  const { signIn, store } = setUp({ auth: [ANONYMOUS] })
  await store.revoke(revocation({ value: 'anonymous' }))
  t.equal((await signIn([])).principal.scheme, 'anonymous')
})
