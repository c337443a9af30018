import fc from 'fast-check'
import t from 'tap'
import { PosternError } from '../../../src/errors.ts'
import { ANONYMOUS, BEARER, bearer, setUp, TOKEN } from '../fixtures.ts'
import { AUDIENCE, createIssuer, createKey, encode, goodClaims, NOW, signText } from '../jwt/issuer.ts'

for (const alg of ['RS256', 'PS256', 'ES256', 'EdDSA'] as const) {
  t.test(`a JWT signs in, ${alg}`, async t => {
    const issuer = await createIssuer(t, createKey('k', alg))
    const { signIn } = setUp({ auth: [TOKEN, issuer.config()] })
    const token = issuer.sign()
    const caller = await signIn(bearer(token))
    t.strictSame(caller, {
      principal: {
        subject: 'ada',
        organization: 'org-1',
        roles: ['accountant'],
        scopes: ['read:invoices', 'write:contacts'],
        scheme: 'jwt',
        schemeIndex: 1,
        credentialId: 'jti_token-1',
        expiresAt: (NOW + 600 + 30) * 1_000,
        client: undefined,
        sequence: undefined,
        issuedAt: (NOW - 60 - 30) * 1_000,
        restsOn: [],
        audience: ['https://mcp.acme.example/mcp'],
      },
      forwardable: {},
      exchangeable: token,
    })
    t.ok(Object.isFrozen(caller.principal) && Object.isFrozen(caller.principal.scopes))
    t.strictSame(issuer.requests, ['/realms/acme/.well-known/openid-configuration', '/keys'])
  })
}

t.test('a verified token is taken again at once, and is the same caller after its verification', async t => {
  const issuer = await createIssuer(t)
  const { signIn, authenticate, clock } = setUp({ auth: [issuer.config({ cache: '30s' })] })
  const token = issuer.sign()
  const { principal } = await signIn(bearer(token))
  clock.now += 29_999
  t.match(authenticate(bearer(token)), { principal }, 'synchronous')
  clock.now += 1
  const again = authenticate(bearer(token))
  t.ok(again instanceof Promise, 'verified again')
  t.equal((await again).principal, principal)
  t.equal(issuer.asked(), 1)
})

t.test('a token ends when it says so, also while its verification is kept', async t => {
  const issuer = await createIssuer(t)
  const { signIn, clock } = setUp({ auth: [issuer.config({ cache: '10m', clockSkew: '5s' })] })
  const token = issuer.sign({ claims: { exp: NOW + 10 } })
  t.ok(await signIn(bearer(token)))
  clock.now += 14_999
  t.ok(await signIn(bearer(token)))
  clock.now += 1
  await t.rejects(signIn(bearer(token)), { code: 'invalid_token', message: /expired/ })
})

t.test('cache: 0 verifies every time', async t => {
  const issuer = await createIssuer(t)
  const { signIn, authenticate } = setUp({ auth: [issuer.config({ cache: 0 })] })
  const token = issuer.sign()
  await signIn(bearer(token))
  t.ok(authenticate(bearer(token)) instanceof Promise)
})

t.test('a token in a header of its own, and none in Authorization', async t => {
  const issuer = await createIssuer(t)
  const { signIn } = setUp({ auth: [issuer.config({ header: 'X-Access-Token' })] })
  t.ok(await signIn(['X-Access-Token', issuer.sign()]))
  await t.rejects(signIn(bearer(issuer.sign())), { code: 'invalid_token' })
})

t.test('several issuers are told apart by iss, and none vouches for another', async t => {
  const [acme, other] = [await createIssuer(t), await createIssuer(t, createKey('key-1', 'EdDSA'))]
  const { signIn } = setUp({ auth: [acme.config(), other.config({ grant: ['x'] })] })
  t.match((await signIn(bearer(acme.sign()))).principal, { schemeIndex: 0 })
  t.match((await signIn(bearer(other.sign()))).principal, { schemeIndex: 1, scopes: ['x', 'read:invoices'] })
  const forged = acme.sign({ key: other.key })
  await t.rejects(signIn(bearer(forged)), { code: 'invalid_token' }, 'signed by the other issuer')
  await t.rejects(signIn(bearer(acme.sign({ claims: { iss: `${acme.issuer}/` } }))), {
    code: 'invalid_token',
    message: /takes/,
  })
})

t.test('beside other schemes: minted tokens by prefix, JWTs by issuer, the rest to the product', async t => {
  const issuer = await createIssuer(t)
  const any = { ...BEARER, prefix: undefined }
  for (const auth of [
    [TOKEN, issuer.config(), any],
    [issuer.config(), TOKEN, any],
    [issuer.config(), any, TOKEN],
  ]) {
    const { signIn, mint, product } = setUp({ auth })
    const { token } = await mint()
    t.equal((await signIn(bearer(token))).principal.scheme, 'token')
    t.equal((await signIn(bearer(issuer.sign()))).principal.scheme, 'jwt')
    t.equal((await signIn(bearer('lct_pat_ada'))).principal.scheme, 'bearer')
    await t.rejects(signIn(bearer(issuer.sign({ claims: { exp: NOW - 60 } }))), { code: 'invalid_token' })
    t.strictSame(
      product.questions.map(question => question.headers.authorization),
      ['Bearer lct_pat_ada'],
      'the product is shown neither',
    )
    const products = issuer.sign({ claims: { iss: 'https://product.example' } })
    await t.rejects(signIn(bearer(products)), { code: 'invalid_token' })
    t.equal(product.questions.at(-1)?.headers.authorization, `Bearer ${products}`, 'a JWT of its own it is')
  }
})

t.test('what starts like a minted token is one, whatever the order', async t => {
  const issuer = await createIssuer(t)
  for (const auth of [
    [issuer.config(), { ...TOKEN, prefix: 'ey' }],
    [{ ...TOKEN, prefix: 'ey' }, issuer.config()],
  ]) {
    const { signIn } = setUp({ auth })
    await t.rejects(signIn(bearer(issuer.sign())), { code: 'invalid_token', message: /unknown/ })
  }
  t.strictSame(issuer.requests, [])
})

t.test('tokens are taken up to 16 kB, but no other credential', async t => {
  const issuer = await createIssuer(t)
  const any = { ...BEARER, prefix: undefined }
  const { signIn, product } = setUp({ auth: [TOKEN, issuer.config(), any] })
  const large = issuer.sign({ claims: { padding: 'x'.repeat(11_000) } })
  t.ok(large.length > 14_000)
  t.ok(await signIn(bearer(large)))
  await t.rejects(signIn(bearer(`lct_pat_${'x'.repeat(5_000)}`)), { code: 'invalid_token' })
  await t.rejects(signIn(bearer(`acme_pat_${'x'.repeat(5_000)}`)), { code: 'invalid_token' })
  const tooLarge = issuer.sign({ claims: { padding: 'x'.repeat(13_000) } })
  await t.rejects(signIn(bearer(tooLarge)), { code: 'invalid_token', message: /too long/ })
  t.strictSame(product.questions, [])
  const { signIn: signInElsewhere } = setUp({ auth: [TOKEN, BEARER] })
  await t.rejects(signInElsewhere(bearer(large)), { message: /too long/ }, 'without a JWT scheme as before')
})

t.test('a refused JWT never makes the caller anonymous', async t => {
  const issuer = await createIssuer(t)
  const { signIn } = setUp({ auth: [ANONYMOUS, issuer.config()] })
  await t.rejects(signIn(bearer(issuer.sign({ claims: { exp: 1 } }))), { code: 'invalid_token' })
  issuer.state.failure = 'reset'
  await t.rejects(signIn(bearer(issuer.sign())), { code: 'upstream_unavailable' })
})

t.test('a new key of the issuer is found by the token that names it', async t => {
  const issuer = await createIssuer(t)
  const { signIn } = setUp({ auth: [issuer.config()] })
  await signIn(bearer(issuer.sign()))
  const next = createKey('key-2', 'RS256')
  issuer.publish(issuer.key, next)
  t.ok(await signIn(bearer(issuer.sign({ key: next }))), 'at once')
  t.equal(issuer.asked(), 2)
  t.ok(await signIn(bearer(issuer.sign({ claims: { jti: 'old key, still published' } }))))
  t.equal(issuer.asked(), 2)
})

t.test('a withdrawn key is refused from the next refresh on, and is not used while nobody calls', async t => {
  const issuer = await createIssuer(t)
  const { signIn, clock } = setUp({ auth: [issuer.config({ keys: { refresh: '60s', keep: '10m' } })] })
  await signIn(bearer(issuer.sign()))
  issuer.publish(createKey('key-2'))
  clock.now += 60_000
  await t.rejects(signIn(bearer(issuer.sign())), { code: 'invalid_token', message: /no longer/ })
})

t.test('tokens without kid are tried with the keys that fit', async t => {
  const issuer = await createIssuer(t)
  const [second, rsa] = [createKey('key-2'), createKey('key-3', 'RS256')]
  issuer.publish(rsa, issuer.key, second)
  const { signIn } = setUp({ auth: [issuer.config()] })
  for (const key of [issuer.key, second, rsa]) {
    t.ok(await signIn(bearer(issuer.sign({ key, header: { kid: undefined } }))), key.kid)
  }
  const third = createKey('key-4')
  issuer.publish(third)
  t.ok(await signIn(bearer(issuer.sign({ key: third, header: { kid: undefined } }))), 'a new key is found')
})

t.test('while the issuer can’t be asked, tokens are 503 with Retry-After and never 401', async t => {
  for (const failure of ['status', 'reset', 'redirect', 'endless', 'garbage'] as const) {
    const issuer = await createIssuer(t)
    const { signIn, clock } = setUp({ auth: [issuer.config()] })
    issuer.state.failure = failure
    const error: unknown = await signIn(bearer(issuer.sign())).catch(reason => reason)
    t.match(error, { code: 'upstream_unavailable', status: 503 }, failure)
    t.strictSame(error instanceof PosternError && error.headers, { 'Retry-After': '2' }, 'and no challenge')
    t.notOk(issuer.requests.includes('/elsewhere'), 'redirects are not followed')
    const asked = issuer.requests.length
    await t.rejects(signIn(bearer(issuer.sign())), { code: 'upstream_unavailable' })
    t.equal(issuer.requests.length, asked, 'not asked again at once')
    issuer.state.failure = undefined
    clock.now += 2_000
    t.ok(await signIn(bearer(issuer.sign())), 'recovers by itself')
  }
})

t.test('an issuer that is not there at all', async t => {
  const issuer = await createIssuer(t)
  const { signIn } = setUp({ auth: [issuer.config({ jwks: 'http://127.0.0.1:1/keys' })] })
  await t.rejects(signIn(bearer(issuer.sign())), { code: 'upstream_unavailable' })
  await t.rejects(signIn(bearer(issuer.sign({ claims: { exp: 1 } }))), { code: 'invalid_token' })
  await t.rejects(signIn(bearer(issuer.sign({ header: { alg: 'none' } }))), { code: 'invalid_token' })
})

t.test('known keys are used while the issuer is down, up to a limit; unknown ones are 503', async t => {
  const issuer = await createIssuer(t)
  const { signIn, clock } = setUp({
    auth: [issuer.config({ cache: 0, keys: { refresh: '10s', keep: '60s' } })],
  })
  const token = issuer.sign()
  await signIn(bearer(token))
  issuer.state.failure = 'reset'
  for (const wait of [10_000, 1_999, 20_000]) {
    clock.now += wait
    t.ok(await signIn(bearer(token)))
  }
  const unknown = issuer.sign({ key: createKey('key-9') })
  await t.rejects(signIn(bearer(unknown)), { code: 'upstream_unavailable' }, 'it may be a new key')
  const forged = issuer.sign({ key: createKey('key-1') })
  await t.rejects(signIn(bearer(forged)), { code: 'invalid_token' }, 'but this one is known')
  clock.now = NOW * 1_000 + 59_999
  t.ok(await signIn(bearer(token)))
  clock.now += 1
  await t.rejects(signIn(bearer(token)), { code: 'upstream_unavailable' })
})

t.test('many who come at once ask the issuer once, and who goes away disturbs nobody', async t => {
  const issuer = await createIssuer(t)
  const { signIn } = setUp({ auth: [issuer.config()] })
  const release = issuer.hold()
  const gone = new AbortController()
  const leaving = signIn(bearer(issuer.sign()), undefined, gone.signal)
  const others = Array.from({ length: 50 }, (_, n) =>
    signIn(bearer(issuer.sign({ claims: { sub: `user-${n}`, jti: String(n) } }))),
  )
  gone.abort()
  await t.rejects(leaving, { code: 'cancelled' })
  release()
  const callers = await Promise.all(others)
  t.strictSame(
    callers.map(caller => caller.principal.subject),
    callers.map((_, n) => `user-${n}`),
  )
  t.equal(issuer.asked(), 1)
})

t.test('a token without jti has an id that its signature can’t change', async t => {
  const issuer = await createIssuer(t)
  const { signIn } = setUp({ auth: [issuer.config()] })
  const claims = { jti: undefined }
  const [first, second] = [issuer.sign({ claims }), issuer.sign({ claims })]
  t.not(first, second, 'ECDSA signs anew each time')
  const { principal } = await signIn(bearer(first))
  t.match(principal.credentialId, /^jwt_[\w-]{22}$/)
  t.equal((await signIn(bearer(second))).principal.credentialId, principal.credentialId)
  const other = await signIn(bearer(issuer.sign({ claims: { jti: undefined, sub: 'bob' } })))
  t.not(other.principal.credentialId, principal.credentialId)
})

t.test('property: a good token in which one character differs lets nobody in', async t => {
  const issuer = await createIssuer(t)
  const { signIn } = setUp({ auth: [issuer.config()] })
  const token = issuer.sign()
  await signIn(bearer(token))
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.'
  await fc.assert(
    fc.asyncProperty(fc.nat(token.length - 1), fc.constantFrom(...alphabet), async (at, character) => {
      const changed = token.slice(0, at) + character + token.slice(at + 1)
      if (changed === token) return true
      const error: unknown = await signIn(bearer(changed)).catch(reason => reason)
      return error instanceof PosternError && error.code === 'invalid_token'
    }),
    { numRuns: 1_000 },
  )
  t.pass('1,000 cases')
})

t.test('property: whatever header and claims, an attacker’s own key lets nobody in', async t => {
  const issuer = await createIssuer(t)
  const { signIn } = setUp({ auth: [issuer.config()] })
  await signIn(bearer(issuer.sign()))
  const attacker = createKey('key-1')
  const jwk = attacker.publicKey.export({ format: 'jwk' })
  const member = fc.constantFrom('kid', 'jwk', 'jku', 'x5u', 'x5c', 'typ', 'crit', 'b64', 'alg', 'cty', 'enc')
  const value = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom<unknown>('key-1', jwk, `${issuer.origin}/keys`, ['b64'], false, 'none', 'HS256', 'ES256'),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(member, value), { maxLength: 4 }), async members => {
      const header = JSON.stringify({ alg: 'ES256', kid: 'key-1', ...Object.fromEntries(members) })
      const token = signText(header, JSON.stringify(goodClaims(issuer.issuer)), attacker)
      const error: unknown = await signIn(bearer(token)).catch(reason => reason)
      return error instanceof PosternError && error.code === 'invalid_token'
    }),
    { numRuns: 500 },
  )
  t.ok(issuer.asked() < 10)
})

t.test('members that come twice, in any spelling, make it no token', async t => {
  const issuer = await createIssuer(t)
  const { signIn } = setUp({ auth: [issuer.config()] })
  const header = JSON.stringify({ alg: 'ES256', kid: 'key-1' })
  const claims = JSON.stringify(goodClaims(issuer.issuer))
  t.ok(await signIn(bearer(signText(header, claims, issuer.key))))
  for (const [first, second] of [
    [header, claims.replace('{', '{"sub":"root",')],
    [header, claims.replace('{', '{"\\u0073ub":"root",')],
    [header, claims.replace('}', ',"a":{"b":1,"b":2}}')],
    [header.replace('{', '{"alg":"none",'), claims],
    [header, `\ufeff${claims}`],
    [header, `[${claims}]`],
    [header, claims.slice(1)],
  ] as const) {
    await t.rejects(signIn(bearer(signText(first, second, issuer.key))), { code: 'invalid_token' }, second)
  }
})

t.test('more than one spelling of the same bytes is no token', async t => {
  const issuer = await createIssuer(t, createKey('key-1', 'EdDSA'))
  const { signIn } = setUp({ auth: [issuer.config()] })
  const token = issuer.sign()
  // 64 bytes leave four bits of the last character unused; other readers ignore them.
  const last = token.at(-1) ?? ''
  const twin = token.slice(0, -1) + String.fromCharCode(last.charCodeAt(0) + 1)
  t.equal(
    Buffer.from(twin.split('.')[2] ?? '', 'base64url').compare(
      Buffer.from(token.split('.')[2] ?? '', 'base64url'),
    ),
    0,
    'the same signature',
  )
  await t.rejects(signIn(bearer(twin)), { code: 'invalid_token' })
  await t.rejects(signIn(bearer(`${token}=`)), { code: 'invalid_token' })
})

t.test('encrypted and nested tokens are refused', async t => {
  const issuer = await createIssuer(t)
  const { signIn } = setUp({ auth: [issuer.config()] })
  const jwe = [JSON.stringify({ alg: 'RSA-OAEP-256', enc: 'A256GCM' }), 'k', 'iv', 'c', 't']
    .map(encode)
    .join('.')
  const nested = signText(
    JSON.stringify({ alg: 'ES256', kid: 'key-1', cty: 'JWT' }),
    issuer.sign(),
    issuer.key,
  )
  for (const token of [
    jwe,
    nested,
    issuer.sign({ header: { cty: 'JWT' } }),
    issuer.sign({ header: { enc: 'x' } }),
  ]) {
    await t.rejects(signIn(bearer(token)), { code: 'invalid_token' })
  }
})

t.test('keys fit their algorithm only', async t => {
  const rsa = createKey('key-1', 'RS256')
  const issuer = await createIssuer(t, rsa)
  const { signIn } = setUp({ auth: [issuer.config()] })
  const asPss = issuer.sign({ key: { ...rsa, alg: 'PS256' } })
  await t.rejects(signIn(bearer(asPss)), { code: 'invalid_token' }, 'the key says RS256')
  const strict = setUp({ auth: [issuer.config({ algorithms: ['ES256'] })] })
  await t.rejects(strict.signIn(bearer(issuer.sign())), { code: 'invalid_token', message: /\(ES256\)/ })
})

t.test('keys that are not for verifying, private, weak or broken are not used', async t => {
  const issuer = await createIssuer(t)
  const { publicKey, privateKey } = issuer.key
  const jwk = publicKey.export({ format: 'jwk' })
  for (const [title, key] of [
    ['encryption', { ...jwk, use: 'enc' }],
    ['operations', { ...jwk, key_ops: ['sign'] }],
    ['private', privateKey.export({ format: 'jwk' })],
    ['broken', { ...jwk, x: 'AA' }],
    ['of another curve', { ...jwk, crv: 'P-384' }],
    ['a secret', { kty: 'oct', k: encode('secret') }],
  ] as const) {
    issuer.state.keys = [{ ...key, kid: 'key-1' }]
    const { signIn } = setUp({ auth: [issuer.config()] })
    await t.rejects(signIn(bearer(issuer.sign())), { code: 'invalid_token' }, title)
  }
  const weak = await import('node:crypto').then(crypto =>
    crypto.generateKeyPairSync('rsa', { modulusLength: 1024 }),
  )
  const key = { kid: 'weak', alg: 'RS256' as const, ...weak }
  issuer.publish(key)
  const { signIn } = setUp({ auth: [issuer.config()] })
  await t.rejects(signIn(bearer(issuer.sign({ key }))), { code: 'invalid_token' }, 'RSA of 1,024 bits')
})

t.test('one audience of a list is enough', async t => {
  const issuer = await createIssuer(t)
  const { signIn } = setUp({ auth: [issuer.config({ audience: ['https://a.example', AUDIENCE] })] })
  t.ok(await signIn(bearer(issuer.sign())))
  t.ok(await signIn(bearer(issuer.sign({ claims: { aud: ['https://b.example', 'https://a.example'] } }))))
  for (const aud of [
    'https://b.example',
    [],
    null,
    undefined,
    1,
    [AUDIENCE, 1],
    { 0: AUDIENCE },
    [[AUDIENCE]],
  ]) {
    await t.rejects(
      signIn(bearer(issuer.sign({ claims: { aud } }))),
      { code: 'invalid_token', message: /another server/ },
      JSON.stringify(aud) ?? 'none',
    )
  }
})

t.test(
  'a token whose signature is spelt otherwise is not left to the product, where it would be another one',
  async t => {
    const issuer = await createIssuer(t)
    const { signIn, product } = setUp({ auth: [issuer.config(), { ...BEARER, prefix: '' }] })
    const token = issuer.sign()
    for (const more of ['=', '==', '.', '.x', '~']) {
      await t.rejects(signIn(bearer(token + more)), { code: 'invalid_token' }, more)
    }
    t.strictSame(product.questions, [])
    await t.rejects(
      signIn(bearer('eyJ.a.b=')),
      { code: 'invalid_token' },
      'what is no JWT is asked about as ever',
    )
    t.equal(product.questions.length, 1)
  },
)
