import t from 'tap'
import { claimedIn, fieldsOf, readTyped } from '../../../src/oauth/sign-in/typed-credential.ts'
import type { ProductSignIn } from '../../../src/oauth/sign-in/verify-credential.ts'
import { createConfig, PRODUCT_WAY } from '../authorize/rooms.ts'
import { oauthOf } from '../oauth-config.ts'

function wayOf(changes: object = {}): ProductSignIn {
  const [way] = oauthOf(createConfig({ oauth: { signIn: [{ ...PRODUCT_WAY, ...changes }] } })).signIn
  if (way?.type !== 'product') throw new Error('another way')
  return way
}

const BOTH = wayOf()
const TOKEN = wayOf({
  headers: ['Authorization'],
  labels: undefined,
  subject: undefined,
  verify: { request: 'GET /me', subject: 'id' },
})

function typed(way: ProductSignIn, ...values: readonly string[]) {
  const form = new Map(values.map((value, index) => [`field${index}`, value]))
  return readTyped(way, form, token => token.startsWith('acme_'))
}

t.test('each header has a field; only who somebody is may be seen', async t => {
  t.same(fieldsOf(BOTH, 'ada@acme.example'), [
    { label: 'E-mail', secret: false, value: 'ada@acme.example', autocomplete: 'email' },
    { label: 'API token', secret: true },
  ])
  t.same(fieldsOf(TOKEN, 'ada'), [{ label: 'Token', secret: true }])
})

t.test('what was typed becomes headers, trimmed, in one order', async t => {
  t.same(typed(BOTH, ' ada@acme.example\r\n', 's3cret '), {
    headers: { email: 'ada@acme.example', token: 's3cret' },
    claimed: 'ada@acme.example',
  })
  t.same(Object.keys(typed(BOTH, 'a', 'b').headers), ['email', 'token'])
  for (const value of ['s3cret', 'Bearer s3cret', 'bearer   s3cret'])
    t.same(typed(TOKEN, value), { headers: { authorization: 'Bearer s3cret' }, claimed: undefined }, value)
  t.equal(claimedIn(TOKEN, new Map([['field0', 's3cret']])), undefined)
})

t.test('what no credential is gets no further, and is not quoted', async t => {
  for (const value of [
    '',
    ' ',
    's3cret\r\nx: y',
    's3cret\0',
    's3créte',
    's3cret,s3cret',
    's3cret s3cret',
    'acme_oat_s3cret',
    'Bearer acme_pat_s3cret',
    's3cret'.repeat(10_000),
  ]) {
    const thrown = t.throws(() => typed(TOKEN, value), { code: 'oauth_invalid_request' }, value.slice(0, 40))
    t.notMatch(JSON.stringify(thrown) + String(thrown), 's3cr')
  }
})
