import t from 'tap'
import type { Config } from '../../src/config/config.ts'
import type { UpstreamCredentialConfig } from '../../src/config/schema.ts'
import { createMemoryStore } from '../../src/store/memory/store.ts'
import { createSealedCredentials } from '../../src/upstream/credentials/sealed-credentials.ts'
import { createSealer } from '../../src/upstream/credentials/sealer.ts'
import { createSigningKeys } from '../../src/upstream/credentials/signing-keys.ts'
import { createCredentials } from '../../src/upstream/credentials.ts'
import { createCaller, createPem, createSealingKey } from './credentials/fixtures.ts'

const STATIC: UpstreamCredentialConfig = { type: 'static', header: 'X-Api-Key', value: 'gateway' }
const FORWARD: UpstreamCredentialConfig = { type: 'forward' }
const SEALED: UpstreamCredentialConfig = { type: 'sealed', headers: ['Authorization'], schemes: ['token'] }
const IDENTITY: UpstreamCredentialConfig = { type: 'identity', header: 'Authorization' }
const OWN = { authorization: 'Bearer lct_pat_x' }

/** Chooses for two APIs, `billing` with these credentials; auth is token, bearer and headers of billing, bearer of ledger. */
function setUp(...credentials: UpstreamCredentialConfig[]) {
  const verify = { subject: 'id' }
  const config = {
    publicUrl: 'https://mcp.acme.example',
    auth: [
      { type: 'token' },
      { type: 'bearer', verify },
      { type: 'headers', headers: ['Email', 'Token'], verify: { ...verify, api: 'billing' } },
      { type: 'bearer', verify: { ...verify, api: 'ledger' } },
      { type: 'anonymous' },
    ],
    apis: [
      { name: 'billing', credentials },
      { name: 'ledger', credentials: [FORWARD, STATIC] },
    ],
  } as unknown as Config
  const store = createMemoryStore()
  const sealed = createSealedCredentials(
    store,
    createSealer({ keys: [{ value: createSealingKey() }] }),
    'acme',
  )
  const choose = createCredentials({
    config,
    baseUrls: new Map([['billing', 'https://api.acme.example/v1']]),
    signing: createSigningKeys({ keys: [{ value: createPem() }] }),
    sealed,
  })
  return { choose, sealed, store, config }
}

const bearer = createCaller('bearer', { schemeIndex: 1 }, { forwardable: OWN, exchangeable: 'lct_pat_x' })
const minted = createCaller('token', { schemeIndex: 0, organization: undefined })
const NONE_FITS = { code: 'no_upstream_credential' }

t.test('the first way that fits the caller is used, synchronously where nothing is waited for', async t => {
  const { choose } = setUp(FORWARD, STATIC)
  t.strictSame(choose(bearer, 'billing'), { headers: OWN, from: 'caller' })
  t.strictSame(choose(minted, 'billing'), { headers: { 'x-api-key': 'gateway' }, from: 'gateway' })
  t.equal(choose(minted, 'billing'), choose(minted, 'billing'), 'made once')
  t.match(setUp(STATIC, FORWARD).choose(bearer, 'billing'), { from: 'gateway' })
  const forwardable = { email: 'a@b.c', token: 's' }
  const pair = createCaller('headers', { schemeIndex: 2 }, { forwardable })
  t.strictSame(choose(pair, 'billing'), { headers: forwardable, from: 'caller' })
  t.strictSame(setUp({ type: 'none' }).choose(minted, 'billing'), { headers: {}, from: 'none' })
  t.throws(() => choose(minted, 'nothing'), /no API/)
})

t.test('a token minted by Postern is never forwarded, even if it were offered', async t => {
  const { choose } = setUp(FORWARD)
  for (const scheme of ['token', 'jwt', 'anonymous'] as const) {
    const offered = createCaller(
      scheme,
      { schemeIndex: 1 },
      { forwardable: { authorization: 'Bearer acme_pat_x' } },
    )
    t.throws(() => choose(offered, 'billing'), NONE_FITS, scheme)
  }
  t.throws(
    () => choose(createCaller('bearer', { schemeIndex: 1 }), 'billing'),
    NONE_FITS,
    'nothing to forward',
  )
})

t.test('a credential is forwarded to the API that verified it', async t => {
  const { choose } = setUp(FORWARD, STATIC)
  t.match(choose(bearer, 'billing'), { from: 'caller' }, 'the first API verifies where none is named')
  t.match(choose(bearer, 'ledger'), { from: 'gateway' })
  const ofLedger = createCaller('bearer', { schemeIndex: 3 }, { forwardable: OWN })
  t.match(choose(ofLedger, 'billing'), { from: 'gateway' })
  t.match(choose(ofLedger, 'ledger'), { from: 'caller' })
  const shared = setUp({ type: 'forward', from: ['ledger'] })
  t.match(shared.choose(ofLedger, 'billing'), { from: 'caller' }, 'unless the configuration says so')
  t.throws(() => shared.choose(bearer, 'billing'), NONE_FITS, 'which says all of it')
})

t.test('a way that has nothing for the caller leaves them to the next', async t => {
  const { choose, sealed } = setUp(SEALED, STATIC)
  t.match(await choose(minted, 'billing'), { headers: { 'x-api-key': 'gateway' } })
  await sealed.set(
    { api: 'billing', subject: 'ada', organization: undefined },
    { authorization: 'Bearer ada' },
  )
  t.match(await choose(minted, 'billing'), { headers: { authorization: 'Bearer ada' }, from: 'gateway' })
  t.match(
    choose(bearer, 'billing'),
    { headers: { 'x-api-key': 'gateway' } },
    'another scheme’s ada is not ada',
  )
  await t.rejects(Promise.resolve(setUp(SEALED).choose(minted, 'billing')), NONE_FITS)
})

t.test('a way that fits and fails does not make room for the next', async t => {
  const { choose, store } = setUp(SEALED, IDENTITY, STATIC)
  await store.putSealed('billing/ada', 'garbage')
  await t.rejects(Promise.resolve(choose(minted, 'billing')), { code: 'sealed_credential_unreadable' })
})

t.test('an identity is synchronous once it is signed', async t => {
  const { choose } = setUp(IDENTITY)
  const pending = choose(minted, 'billing')
  t.ok(pending instanceof Promise)
  const signed = await pending
  t.equal(choose(minted, 'billing'), signed)
})

t.test('what only the documents tell is told when they are read', async t => {
  const { config } = setUp(IDENTITY)
  const signing = createSigningKeys({ keys: [{ value: createPem() }] })
  const start = (more: object) =>
    createCredentials({ config, baseUrls: new Map(), signing, sealed: undefined, ...more })
  t.throws(() => start({}), { code: 'configuration_invalid', message: /billing.*need an `audience`/ })
  t.throws(() => start({ signing: undefined }), { code: 'configuration_invalid' })
})
