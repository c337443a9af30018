import { generateKeyPairSync } from 'node:crypto'
import { SignJWT } from 'jose'
import t from 'tap'
import { createAuthenticator } from '../../../src/auth/authenticate.ts'
import type { Endpoint, Site } from '../../../src/auth/endpoint.ts'
import { type MintTokenOptions, mintToken } from '../../../src/auth/mint-token.ts'
import { accessPlace, sealWith } from '../../../src/auth/token-sealing.ts'
import type { SchemeConfig } from '../../../src/config/schema.ts'
import { PosternError } from '../../../src/errors.ts'
import { createMemoryStore } from '../../../src/store/memory/store.ts'
import type { NewRevocation } from '../../../src/store/revocation.ts'
import type { OAuthPart } from '../../../src/store/store.ts'
import { createSigningKeys } from '../../../src/upstream/credentials/signing-keys.ts'
import { oauthScheme } from '../../oauth/oauth-config.ts'
import { BEARER, bearer, createProduct, PAIR, TOKEN } from '../fixtures.ts'

const ISSUER = 'https://mcp.acme.example'
const HERE: Endpoint = { path: '/mcp' }
const OTHER: Endpoint = { path: '/mcp-other' }
const PATHS = new Map([
  [`${ISSUER}/mcp`, '/mcp'],
  [`${ISSUER}/mcp-other`, '/mcp-other'],
])
const CATCH_ALL: SchemeConfig = { type: 'bearer', header: 'Authorization', verify: BEARER.verify }
const pem = () =>
  String(
    generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }),
  )

interface Options {
  readonly auth?: readonly SchemeConfig[]
  readonly stale?: number | undefined
  readonly hasKeys?: boolean
}

/** A gateway's authenticator, whose tokens are minted as the authorization server does it. */
function setUp({ auth = [oauthScheme(), TOKEN, CATCH_ALL], stale, hasKeys = true }: Options = {}) {
  const clock = { now: 1_700_000_000_000 }
  const memory = createMemoryStore(() => clock.now)
  const state = { isDown: false }
  const store = {
    ...memory,
    fresh: () => {
      if (state.isDown) throw new PosternError('store_unavailable')
      return memory.fresh()
    },
  }
  const product = createProduct()
  const signing = createSigningKeys({ keys: [{ value: pem() }] })
  const site: Site = {
    baseUrl: () => ISSUER,
    pathOf: audience => PATHS.get(audience),
    keys: hasKeys ? signing.published : undefined,
  }
  const authenticator = createAuthenticator({
    auth,
    name: 'acme',
    store,
    stale,
    site,
    verifyWithProduct: product.ask,
    now: () => clock.now,
  })
  return {
    clock,
    store: memory,
    state,
    product,
    signing,
    signIn: async (rawHeaders: readonly string[], endpoint = HERE) =>
      authenticator.authenticate({ headers: {}, rawHeaders }, endpoint),
    async mint(part: Partial<OAuthPart> = {}, given?: object, options: Partial<MintTokenOptions> = {}) {
      const minted = mintToken(
        {
          prefix: 'acme_oat_',
          name: 'Claude',
          subject: 'ada',
          organization: 'org-1',
          roles: ['accountant'],
          scopes: ['read:*'],
          expiresAt: clock.now + 3_600_000,
          oauth: (id, token) => ({
            grant: 'gra_1',
            client: 'client-1',
            resource: `${ISSUER}/mcp`,
            credential: undefined,
            sealed: given && sealWith(token, JSON.stringify(given), accessPlace(id)),
            ...part,
          }),
          ...options,
        },
        clock.now,
      )
      await memory.createToken(minted.record)
      return minted
    },
    machineClaims: (changes: Record<string, unknown> = {}) => ({
      iss: ISSUER,
      aud: `${ISSUER}/mcp`,
      sub: 'robot',
      org: 'org-1',
      roles: ['bot'],
      scope: 'read:invoices write:invoices',
      client_id: 'machine-1',
      jti: 'abc',
      iat: clock.now / 1_000,
      exp: clock.now / 1_000 + 900,
      ...changes,
    }),
    say: (word: Partial<NewRevocation>) =>
      memory.revoke({
        kind: 'credential',
        value: '',
        recheck: false,
        at: clock.now,
        until: undefined,
        reason: undefined,
        ...word,
      }),
  }
}

t.test('an access token signs in, with all that it stands for', async t => {
  const { mint, signIn } = setUp()
  const { token, record } = await mint({ credential: 'crd_1' })
  const caller = await signIn(bearer(token))
  t.strictSame(caller, {
    principal: {
      subject: 'ada',
      organization: 'org-1',
      roles: ['accountant'],
      scopes: ['read:*'],
      scheme: 'oauth',
      schemeIndex: 0,
      credentialId: record.id,
      expiresAt: record.expiresAt,
      client: 'client-1',
      sequence: 1,
      issuedAt: undefined,
      restsOn: ['gra_1', 'crd_1'],
      audience: [`${ISSUER}/mcp`],
    },
    forwardable: {},
  })
  const again = await signIn(bearer(token))
  t.equal(again.principal, caller.principal, 'the same principal, also after the use was noted')
  t.equal(await signIn(bearer(token)), again, 'all the same as long as the record is the same')
})

t.test('minted tokens are no access tokens, and the reverse', async t => {
  const { mint, signIn, store, clock, product } = setUp()
  const { token } = await mint({}, undefined, { prefix: 'acme_pat_' })
  await t.rejects(signIn(bearer(token)), { code: 'invalid_token', message: /unknown/ })
  const options = { prefix: 'acme_oat_', name: 'x', subject: 'ada', roles: [], scopes: ['*'] }
  const minted = mintToken(options, clock.now)
  await store.createToken(minted.record)
  await t.rejects(signIn(bearer(minted.token)), { code: 'invalid_token', message: /unknown/ })
  t.same(product.questions, [])
})

t.test('N2, N3, N16: what is unknown, expired or revoked is refused', async t => {
  const { mint, signIn, store, clock } = setUp()
  const { token } = await mint()
  for (const value of [`${token}x`, 'acme_oat_', `acme_oat_${'A'.repeat(32)}`]) {
    await t.rejects(signIn(bearer(value)), { code: 'invalid_token', status: 401 })
  }
  const other = await mint()
  await store.revokeToken(other.record.id, clock.now)
  await t.rejects(signIn(bearer(other.token)), { message: /revoked/ })
  clock.now += 3_600_000
  await t.rejects(signIn(bearer(token)), { message: /expired/, data: { reason: 'expired' } })
})

t.test('N4, N5: a token is good at the server that it was issued for, and at no other', async t => {
  const { mint, signIn } = setUp()
  const { token } = await mint()
  t.ok(await signIn(bearer(token)))
  for (const endpoint of [OTHER, { path: '/admin' }, { path: '/api' }, {}]) {
    await t.rejects(signIn(bearer(token), endpoint), {
      code: 'invalid_token',
      message: /issued for another address/,
      data: { reason: 'audience' },
    })
  }
  const foreign = await mint({ resource: 'https://elsewhere.example/mcp' })
  await t.rejects(signIn(bearer(foreign.token)), { code: 'invalid_token' })
})

t.test('N12, N13: refresh tokens and codes are refused in words, and shown to no product', async t => {
  const { signIn, product, mint } = setUp()
  await t.rejects(signIn(bearer(`acme_ort_${'A'.repeat(32)}`)), {
    message: /is a refresh token/,
    status: 401,
  })
  await t.rejects(signIn(bearer(`acme_oac_${'A'.repeat(32)}`)), {
    message: /authorization code/,
    status: 401,
  })
  const stored = await mint({}, undefined, { prefix: 'acme_ort_' })
  await t.rejects(signIn(bearer(stored.token)), { message: /is a refresh token/ }, 'not even looked up')
  t.same(product.questions, [])
})

t.test('no token of Postern’s own reaches a product where scheme oauth does not sign in', async t => {
  const { signIn, product, mint, signing, machineClaims } = setUp({ auth: [oauthScheme(), CATCH_ALL, PAIR] })
  const { token } = await mint()
  const jwt = await signing.sign(machineClaims(), 'at+jwt')
  const elsewhere: Endpoint = { path: '/mcp', allowed: new Set(['bearer', 'headers']) }
  const [head, body] = jwt.split('.')
  const values = [token, 'acme_ort_x', 'acme_oac_x', jwt, `${head}.${body}.AAAA`, `${head}.${body}.A!`]
  for (const value of values) {
    await t.rejects(signIn(bearer(value), elsewhere), { code: 'invalid_token' }, value.slice(0, 12))
    await t.rejects(signIn(['Email', 'ada@acme.example', 'Token', value], elsewhere), {
      code: 'invalid_token',
    })
  }
  t.same(product.questions, [])
})

t.test('the product’s other tokens are the next scheme’s', async t => {
  const { signIn } = setUp()
  t.match(await signIn(bearer('lct_pat_ada')), { principal: { scheme: 'bearer', subject: 'ada' } })
})

t.test('ending a grant, a credential behind it or a client refuses the next request', async t => {
  const words: readonly Partial<NewRevocation>[] = [
    { value: 'gra_1' },
    { value: 'crd_1' },
    { kind: 'client', value: 'client-1' },
    { kind: 'subject', value: 'ada' },
  ]
  for (const word of words) {
    const { mint, signIn, say } = setUp()
    const { token } = await mint({ credential: 'crd_1' })
    t.ok(await signIn(bearer(token)))
    await say({ kind: 'credential', value: 'gra_2' })
    t.ok(await signIn(bearer(token)), 'another one’s')
    await say(word)
    await t.rejects(signIn(bearer(token)), { code: 'invalid_token', data: { reason: 'revoked' } })
  }
})

t.test('what was given is opened with the token, for this call, and kept nowhere', async t => {
  const { mint, signIn } = setUp()
  const given = { authorization: 'Bearer lct_pat_ada' }
  const { token, record } = await mint({}, given)
  const caller = await signIn(bearer(token))
  t.same(caller.given?.(), given)
  t.not(await signIn(bearer(token)), caller)
  t.equal((await signIn(bearer(token))).principal, caller.principal)
  t.notMatch(JSON.stringify([caller, record]), /lct_pat|Bearer/)
  const plain = await mint()
  t.equal((await signIn(bearer(plain.token))).given, undefined)
})

t.test('what was sealed for another token, or is no headers, does not open', async t => {
  const { mint, signIn } = setUp()
  const first = await mint({}, { authorization: 'Bearer a' })
  const moved = await mint({ sealed: first.record.oauth?.sealed })
  const caller = await signIn(bearer(moved.token))
  t.throws(() => caller.given?.(), { code: 'sealed_credential_unreadable' })
  const bad: readonly object[] = [
    ['x'],
    { 'a b': 'x' },
    { Authorization: 'x' },
    { token: 1 },
    { token: 'a\r\nb: c' },
  ]
  for (const text of bad) {
    const { token } = await mint({}, text)
    const one = await signIn(bearer(token))
    t.throws(() => one.given?.(), { code: 'sealed_credential_unreadable' }, JSON.stringify(text))
  }
})

t.test('machine tokens sign in by the gateway’s own keys, with nobody asked', async t => {
  const { signIn, signing, machineClaims, clock, product } = setUp()
  const token = await signing.sign(machineClaims(), 'at+jwt')
  const caller = await signIn(bearer(token))
  t.strictSame(caller, {
    principal: {
      subject: 'robot',
      organization: 'org-1',
      roles: ['bot'],
      scopes: ['read:invoices', 'write:invoices'],
      scheme: 'oauth',
      schemeIndex: 0,
      credentialId: 'jti_abc',
      expiresAt: clock.now + 905_000,
      client: 'machine-1',
      sequence: undefined,
      issuedAt: clock.now - 5_000,
      restsOn: [],
      audience: [`${ISSUER}/mcp`],
    },
    forwardable: {},
  })
  t.equal((await signIn(bearer(token))).principal, caller.principal, 'verified once')
  await t.rejects(signIn(bearer(token), OTHER), { code: 'invalid_token', data: { reason: 'audience' } })
  clock.now += 905_000
  await t.rejects(signIn(bearer(token)), { code: 'invalid_token', data: { reason: 'expired' } })
  t.same(product.questions, [])
})

t.test('N17: the live tokens of a machine that was disabled fail the next request', async t => {
  const { signIn, signing, machineClaims, say, clock } = setUp()
  const token = await signing.sign(machineClaims(), 'at+jwt')
  t.ok(await signIn(bearer(token)))
  await say({ kind: 'client', value: 'machine-1' })
  await t.rejects(signIn(bearer(token)), { code: 'invalid_token', message: /client/ })
  clock.now += 10_000
  const later = await signing.sign(machineClaims({ jti: 'def' }), 'at+jwt')
  t.ok(await signIn(bearer(later)), 'those of a client that is enabled again')
  await say({ value: 'jti_def' })
  await t.rejects(signIn(bearer(later)), { code: 'invalid_token' })
})

t.test('N8, N10, N11: what else is signed, or says so, is no machine token', async t => {
  const { signIn, signing, machineClaims, clock } = setUp()
  const refused = async (token: string, what: string) =>
    t.rejects(signIn(bearer(token)), { code: 'invalid_token', status: 401 }, what)
  await refused(await signing.sign(machineClaims()), 'typ JWT: a token for backends')
  await refused(await signing.sign(machineClaims({ typ: 'ID' }), 'at+jwt'), 'an ID token')
  const bad: Record<string, unknown>[] = [
    { exp: undefined },
    { exp: clock.now / 1_000 - 6 },
    { nbf: clock.now / 1_000 + 6 },
    { iat: clock.now / 1_000 + 6 },
    { iat: undefined },
    { jti: undefined },
    { client_id: undefined },
    { sub: undefined },
    { aud: undefined },
    { aud: [`${ISSUER}/mcp`, `${ISSUER}/mcp-other`] },
    { aud: 'https://elsewhere.example/mcp' },
    { aud: ISSUER },
    { cnf: { jkt: 'x' } },
  ]
  for (const claims of bad) {
    await refused(await signing.sign(machineClaims(claims), 'at+jwt'), JSON.stringify(claims))
  }
  const stranger = createSigningKeys({ keys: [{ value: pem() }] })
  await refused(await stranger.sign(machineClaims(), 'at+jwt'), 'another key')
  const none = [{ alg: 'none', typ: 'at+jwt' }, machineClaims()].map(part =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  )
  await refused(`${none.join('.')}.`, 'alg none')
  const secret = Buffer.from(JSON.stringify(signing.published.keys[0]))
  const symmetric = new SignJWT(machineClaims()).setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' })
  await refused(await symmetric.sign(secret), 'HS256 with the public key')
})

t.test('a machine token with another signature is refused, and one in other letters too', async t => {
  const { signIn, signing, machineClaims, product } = setUp()
  const token = await signing.sign(machineClaims(), 'at+jwt')
  t.ok(await signIn(bearer(token)))
  const [head = '', body = '', signature = ''] = token.split('.')
  const flipped = `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`
  for (const value of [`${head}.${body}.${flipped}`, `${head}.${body}.`, `${token}=`, `${token}.x`]) {
    await t.rejects(signIn(bearer(value)), { code: 'invalid_token' }, value.slice(-8))
  }
  t.same(product.questions, [])
})

t.test('without keys there are no machine tokens; other issuers’ JWTs are the next scheme’s', async t => {
  const { signIn, signing, machineClaims, product } = setUp({ hasKeys: false })
  await t.rejects(signIn(bearer(await signing.sign(machineClaims(), 'at+jwt'))), { message: /no keys/ })
  t.same(product.questions, [])
  const foreign = await signing.sign(machineClaims({ iss: 'https://login.acme.example' }), 'at+jwt')
  await t.rejects(signIn(bearer(foreign)), { code: 'invalid_token' })
  t.equal(product.questions.length, 1)
})

t.test('N6, N7: no second credential, and none but in Authorization', async t => {
  const { mint, signIn } = setUp({ auth: [oauthScheme(), PAIR] })
  const { token } = await mint()
  await t.rejects(signIn([...bearer(token), ...bearer(token)]), {
    code: 'ambiguous_credentials',
    status: 400,
  })
  await t.rejects(signIn([...bearer(token), 'Email', 'a@b.example', 'Token', 'x']), {
    code: 'ambiguous_credentials',
  })
  await t.rejects(signIn(['X-Token', token]), { code: 'missing_token' })
})

t.test('while the store is away, a caller brings along what was given all the same', async t => {
  const { mint, signIn, state } = setUp({ stale: 30_000 })
  const given = { authorization: 'Bearer lct_pat_ada' }
  const { token } = await mint({}, given)
  const known = await signIn(bearer(token))
  state.isDown = true
  const caller = await signIn(['authorization', `bearer  ${token}`]).catch(() => undefined)
  t.equal(caller, undefined, 'another spelling was not verified')
  const again = await signIn(bearer(token))
  t.equal(again.principal, known.principal)
  t.same(again.given?.(), given)
  await t.rejects(signIn(bearer(token), OTHER), { code: 'invalid_token', data: { reason: 'audience' } })
})
