import t from 'tap'
import type { AskProduct } from '../../../src/auth/ask-product.ts'
import { credentialId } from '../../../src/auth/credential-id.ts'
import type { OAuthConfig } from '../../../src/config/schema.ts'
import { createCredentialVerifier, type ProductSignIn } from '../../../src/oauth/sign-in/verify-credential.ts'
import { createMemoryStore } from '../../../src/store/memory/store.ts'
import { oauthScheme } from '../oauth-config.ts'

const VERIFY = { request: 'GET /me', subject: 'id', organization: 'org', roles: 'roles' }
const ADA = { authorization: 'Bearer tally_ada' }
const signal = new AbortController().signal

function setUp(product: object = {}, body: object = {}) {
  const store = createMemoryStore()
  const asked: Parameters<AskProduct>[0][] = []
  let status = 200
  let at = 1_000
  const verifyWithProduct: AskProduct = async question => {
    asked.push(question)
    return { status, body: { id: 'ada', org: 'org-1', roles: ['clerk'], scopes: ['read:*'], ...body } }
  }
  const way = wayOf(product)
  const verify = createCredentialVerifier({
    store,
    now: () => at,
    verifyWithProduct: () => verifyWithProduct,
  })
  return {
    store,
    asked,
    way,
    verify: (headers: Readonly<Record<string, string>> = ADA) => verify(way, headers, signal),
    answer: (next: number) => (status = next),
    wait: (milliseconds: number) => (at += milliseconds),
  }
}

function wayOf(changes: object): ProductSignIn {
  const scheme: OAuthConfig = oauthScheme()
  const way = {
    type: 'product',
    name: 'product',
    title: 'Acme',
    headers: ['Authorization'],
    verify: { cache: 30_000, negativeCache: 5_000, ...VERIFY },
    ...changes,
  }
  return { ...scheme, signIn: [way as ProductSignIn] }.signIn[0] as ProductSignIn
}

t.test('says whom a credential belongs to, under the id that it has everywhere', async t => {
  const { verify, store, asked } = setUp()
  t.same(await verify(), {
    subject: 'ada',
    organization: 'org-1',
    roles: ['clerk'],
    scopes: undefined,
    credentialId: credentialId(store.installation?.secret ?? '', ADA),
    display: undefined,
  })
  t.match(asked, [{ method: 'GET', path: '/me', headers: ADA }])
})

t.test('tells what people call them, where the answer has a name', async t => {
  const named = { verify: { cache: 30_000, negativeCache: 5_000, ...VERIFY, display: 'email' } }
  t.equal((await setUp(named, { email: 'ada@acme.example' }).verify()).display, 'ada@acme.example')
  for (const email of [undefined, null, 42, ['x'], 'a\u0000b', 'x'.repeat(300)]) {
    t.equal(
      (await setUp(named, { email }).verify()).display,
      undefined,
      'and nobody is refused for want of one',
    )
  }
})

t.test('limits: what the way says, else the product, else none', async t => {
  const named = { verify: { ...VERIFY, scopes: 'scopes', cache: 0, negativeCache: 0 } }
  t.same((await setUp(named).verify()).scopes, ['read:*'])
  t.same((await setUp({ ...named, grant: ['write:*'] }).verify()).scopes, ['write:*'])
  const always = { verify: { ...VERIFY, grant: ['read:x'], cache: 0, negativeCache: 0 } }
  t.same((await setUp(always).verify()).scopes, ['read:x'])
  t.same((await setUp(named, { scopes: [] }).verify()).scopes, [], 'who has none has none')
})

t.test('the product is asked each time, but for what it has just refused', async t => {
  const { verify, asked, answer, wait } = setUp()
  await verify()
  answer(401)
  await t.rejects(verify(), { code: 'invalid_token' })
  answer(200)
  await t.rejects(verify(), { code: 'invalid_token' })
  wait(5_000)
  t.ok(await verify(), 'a refusal holds for `negativeCache`')
  await verify()
  answer(500)
  await t.rejects(verify(), { code: 'upstream_unavailable' })
  t.equal(asked.length, 5)
})

t.test('a credential that was revoked here is none, nor is anything of its owner’s', async t => {
  for (const [kind, value] of [
    ['subject', 'ada'],
    ['organization', 'org-1'],
    ['credential', undefined],
  ] as const) {
    const { verify, store } = setUp()
    const id = credentialId(store.installation?.secret ?? '', ADA)
    const word = { recheck: false, at: 1, until: undefined, reason: undefined }
    await store.revoke({ kind, value: value ?? id, ...word })
    await t.rejects(verify(), { code: 'invalid_token' }, kind)
  }
})

t.test('a word that is said while the product thinks counts', async t => {
  const { verify, store, way } = setUp()
  const thinking = createCredentialVerifier({
    store,
    now: () => 1_000,
    verifyWithProduct: () => async () => {
      const word = { recheck: false, at: 1, until: undefined, reason: undefined }
      await store.revoke({ kind: 'subject', value: 'ada', ...word })
      return { status: 200, body: { id: 'ada' } }
    },
  })
  t.ok(await verify())
  await t.rejects(thinking(way, ADA, signal), { code: 'invalid_token' })
})

t.test('only whom the way lets in', async t => {
  const when = (isTrue: unknown) => ({ when: { source: '', members: [], evaluate: () => isTrue } })
  await t.rejects(setUp(when(false)).verify(), { code: 'oauth_access_denied' })
  await t.rejects(setUp(when(undefined)).verify(), { code: 'oauth_access_denied' })
  t.ok(await setUp(when(true)).verify())
})

t.test(
  'pairs of headers: what they claim is compared, and the bare token is there for questions',
  async t => {
    const pair = {
      headers: ['Email', 'Token'],
      subject: 'Email',
      verify: { ...VERIFY, identity: 'mail', cache: 0, negativeCache: 0 },
    }
    const { verify } = setUp(pair, { mail: 'ada@acme.example' })
    t.ok(await verify({ token: 'x', email: 'ADA@acme.example' }))
    await t.rejects(verify({ token: 'x', email: 'bob@acme.example' }), { code: 'invalid_token' })
    const key = { headers: { 'X-Api-Key': { presented: 'token' } }, cache: 0, negativeCache: 0 }
    const mapped = setUp({ verify: { ...VERIFY, ...key } })
    await mapped.verify()
    t.same(mapped.asked[0]?.headers, { 'x-api-key': 'tally_ada' })
  },
)
