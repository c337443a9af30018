/**
 * Anybody may register, and what they register is kept for a day: ten thousand at most, so each must be small. Sixteen
 * addresses and keys of the longest kind would be sixty kilobytes, and all of them more than many a Redis has.
 */
import t from 'tap'
import { setUp } from '../clients/fixtures.ts'

const LONG = 'a'.repeat(1_900)
const REFUSED = { code: 'oauth_invalid_client_metadata', message: /at most 7 KiB/ }

t.test('what is kept of a client has at most 8 KiB, names and times included', async t => {
  const { register, store } = setUp()
  const redirect_uris = Array.from({ length: 16 }, (_, at) => `http://localhost/${at}${LONG}`)
  await t.rejects(register({ redirect_uris }), REFUSED)
  const keys = Array.from({ length: 16 }, (_, at) => ({ kty: 'RSA', kid: `${at}`, n: LONG, e: 'AQAB' }))
  const keyed = { redirect_uris: ['http://localhost/cb'], token_endpoint_auth_method: 'private_key_jwt' }
  await t.rejects(register({ ...keyed, jwks: { keys } }), REFUSED)
  t.same(await store.pageRecords({ kind: 'client', limit: 9 }), [])
  await register({ ...keyed, jwks: { keys: keys.slice(0, 3) } })
  await register({ redirect_uris: redirect_uris.slice(0, 3), padding: LONG.repeat(20) })
  const kept = await store.pageRecords({ kind: 'client', limit: 9 })
  t.equal(kept.length, 2, 'what nobody keeps may be as long as it likes')
  t.ok(kept.every(({ value }) => value.length <= 8_192))
})
