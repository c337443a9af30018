/**
 * The negative cases of signing in that concern tokens and JWTs, by their numbers, each for every scheme that it
 * can be tried on. What needs a whole gateway (15 over HTTP, 20, 21) is in `test/jwt-gateway.test.ts`,
 * `test/scope-filtering.test.ts` and `test/upstream/`; 16 for subjects, organisations and clients, and 17, are in
 * `test/revoked-callers.test.ts`. Grants, handles and metadata (14, 22, 24) are not here.
 */
import { createHmac } from 'node:crypto'
import t, { type Test } from 'tap'
import type { PosternError } from '../../src/errors.ts'
import { BEARER, bearer, PAIR, pair, setUp, TOKEN } from './fixtures.ts'
import { AUDIENCE, createIssuer, createKey, encode, goodClaims, NOW, signText } from './jwt/issuer.ts'

const INVALID = {
  code: 'invalid_token',
  status: 401,
  headers: { 'WWW-Authenticate': /^Bearer realm="acme", error="invalid_token", error_description="[^"]+"$/ },
}

/** Every scheme, and a good credential of each. */
async function setUpAll(t: Test) {
  const issuer = await createIssuer(t)
  const gateway = setUp({ auth: [TOKEN, BEARER, issuer.config(), PAIR] })
  const { token, record } = await gateway.mint()
  return { ...gateway, issuer, token, record, jwt: issuer.sign() }
}

t.test('the good credentials are good', async t => {
  const { signIn, token, jwt } = await setUpAll(t)
  t.equal((await signIn(bearer(token))).principal.scheme, 'token')
  t.equal((await signIn(bearer(jwt))).principal.scheme, 'jwt')
  t.equal((await signIn(bearer('lct_pat_ada'))).principal.scheme, 'bearer')
  t.equal((await signIn(pair('ada@acme.example', 'secret-ada'))).principal.scheme, 'headers')
})

t.test('N1: no token is 401 with a challenge', async t => {
  const { signIn } = await setUpAll(t)
  await t.rejects(signIn([]), {
    code: 'missing_token',
    status: 401,
    headers: { 'WWW-Authenticate': 'Bearer realm="acme"' },
  })
})

t.test('N2: garbage is 401, and costs the issuer nothing', async t => {
  const { signIn, issuer, token, jwt } = await setUpAll(t)
  for (const value of [
    '.',
    '..',
    'a.b.c',
    'null',
    '\u0000',
    `${token}x`,
    token.slice(0, -1),
    token.toUpperCase(),
    `${jwt}.`,
    `.${jwt}`,
    jwt.slice(0, jwt.lastIndexOf('.')),
    jwt.replaceAll('.', ''),
    `${encode('{}')}.${encode('{}')}.`,
    `${encode('{"alg":"ES256"}')}.${encode('not json')}.AAAA`,
    `${encode('[1]')}.${encode(`{"iss":"${issuer.issuer}"}`)}.AAAA`,
  ]) {
    await t.rejects(signIn(bearer(value)), INVALID, JSON.stringify(value.slice(0, 40)))
  }
  t.strictSame(issuer.requests, [])
})

t.test('N3: expired is 401', async t => {
  const { signIn, issuer, mint, clock } = await setUpAll(t)
  const { token } = await mint({ expiresAt: clock.now + 1 })
  t.ok(await signIn(bearer(token)))
  clock.now += 1
  await t.rejects(signIn(bearer(token)), INVALID)
  for (const exp of [NOW - 30, 0, -1, NOW * 1e-3, undefined, null, `${NOW + 60}`, '1e999', [NOW + 60]]) {
    await t.rejects(signIn(bearer(issuer.sign({ claims: { exp } }))), INVALID, `exp ${JSON.stringify(exp)}`)
  }
  const endless = JSON.stringify(goodClaims(issuer.issuer)).replace(`"exp":${NOW + 600}`, '"exp":1e999')
  await t.rejects(signIn(bearer(signText('{"alg":"ES256","kid":"key-1"}', endless, issuer.key))), INVALID)
  t.ok(await signIn(bearer(issuer.sign({ claims: { exp: NOW - 29 } }))), 'within the clock skew')
})

t.test('N4: a token for another audience is 401', async t => {
  const { signIn, issuer } = await setUpAll(t)
  for (const aud of [
    'https://other.example/mcp',
    ['https://other.example'],
    AUDIENCE.toUpperCase(),
    issuer.issuer,
    '*',
    '',
    undefined,
  ]) {
    await t.rejects(signIn(bearer(issuer.sign({ claims: { aud } }))), INVALID, JSON.stringify(aud) ?? 'none')
  }
})

t.test('N5: a token for a sibling path is 401', async t => {
  const { signIn, issuer } = await setUpAll(t)
  for (const aud of [
    `${AUDIENCE}-other`,
    `${AUDIENCE}/`,
    `${AUDIENCE}/admin`,
    `${AUDIENCE}?x`,
    'https://mcp.acme.example',
    'https://mcp.acme.example/',
    ' https://mcp.acme.example/mcp',
  ]) {
    await t.rejects(signIn(bearer(issuer.sign({ claims: { aud } }))), INVALID, aud)
  }
})

t.test('N6: a token anywhere but in its header is not read', async t => {
  const { signIn, jwt, token } = await setUpAll(t)
  for (const credential of [jwt, token]) {
    for (const raw of [
      [':path', `/mcp?access_token=${credential}`],
      ['Cookie', `access_token=${credential}`],
      ['X-Access-Token', credential],
      ['Proxy-Authorization', `Bearer ${credential}`],
    ]) {
      await t.rejects(signIn(raw), { code: 'missing_token' }, String(raw[0]))
    }
  }
})

t.test('N7: two Authorization headers are 400, whatever they are worth', async t => {
  const { signIn, jwt, token } = await setUpAll(t)
  for (const raw of [
    [...bearer(jwt), ...bearer(jwt)],
    [...bearer(jwt), ...bearer(token)],
    [...bearer(token), ...bearer('garbage')],
    bearer(`${jwt}, Bearer ${jwt}`),
    bearer(`${jwt},${token}`),
    [...bearer(jwt), ...pair('ada@acme.example', 'secret-ada')],
  ]) {
    await t.rejects(signIn(raw), { code: 'ambiguous_credentials', status: 400 })
  }
})

t.test('N8: alg none, in any spelling, is 401', async t => {
  const { signIn, issuer, jwt } = await setUpAll(t)
  const [, payload, signature] = jwt.split('.')
  for (const alg of ['none', 'None', 'NONE', 'nOnE', '', 'ES256 ', 'es256', 'RS1', 'dir']) {
    const header = encode(JSON.stringify({ alg, kid: 'key-1', typ: 'at+jwt' }))
    await t.rejects(signIn(bearer(`${header}.${payload}.`)), INVALID, `${alg} without a signature`)
    await t.rejects(signIn(bearer(`${header}.${payload}.${signature}`)), INVALID, `${alg} with one`)
  }
  await t.rejects(signIn(bearer(`${jwt.split('.')[0]}.${payload}.`)), INVALID, 'a signature cut off')
  t.strictSame(issuer.asked(), 1, 'algorithms are refused before any key is looked at')
})

t.test('N8: HS256 with a public key as the secret is 401', async t => {
  const { signIn, issuer } = await setUpAll(t)
  await signIn(bearer(issuer.sign()))
  const { publicKey } = issuer.key
  const secrets = [
    publicKey.export({ type: 'spki', format: 'pem' }),
    publicKey.export({ type: 'spki', format: 'der' }),
    JSON.stringify(publicKey.export({ format: 'jwk' })),
    '',
  ]
  for (const alg of ['HS256', 'HS384', 'HS512']) {
    for (const secret of secrets) {
      const signed = `${encode(JSON.stringify({ alg, kid: 'key-1' }))}.${encode(JSON.stringify(goodClaims(issuer.issuer)))}`
      const mac = createHmac(alg.replace('HS', 'sha'), secret).update(signed).digest('base64url')
      await t.rejects(signIn(bearer(`${signed}.${mac}`)), INVALID)
    }
  }
})

t.test('N8: keys that a token brings along or points at are not used', async t => {
  const { signIn, issuer } = await setUpAll(t)
  const attackers = await createIssuer(t, createKey('key-1'))
  const jwk = attackers.key.publicKey.export({ format: 'jwk' })
  for (const header of [
    { jwk },
    { jwk, kid: undefined },
    { jku: `${attackers.origin}/keys` },
    { x5u: `${attackers.origin}/keys` },
    { x5c: [encode(JSON.stringify(jwk))] },
    { kid: `${attackers.origin}/keys` },
    { kid: '../../../../dev/null' },
    { kid: ['key-1'] },
  ]) {
    const token = issuer.sign({ key: attackers.key, header })
    await t.rejects(signIn(bearer(token)), INVALID, Object.keys(header).join())
  }
  t.strictSame(attackers.requests, [], 'and nobody is asked on the token’s word')
  const elsewhere = issuer.sign({ key: attackers.key, claims: { iss: attackers.issuer } })
  await t.rejects(signIn(bearer(elsewhere)), INVALID, 'nor on its iss')
  t.strictSame(attackers.requests, [])
})

t.test('N8: critical extensions are refused, known by name or not', async t => {
  const { signIn, issuer } = await setUpAll(t)
  for (const header of [
    { crit: ['exp'], exp: 1 },
    { crit: ['b64'], b64: true },
    { crit: [] },
    { crit: null },
    { b64: false },
  ]) {
    const refused = { ...INVALID, message: /critical/ }
    await t.rejects(signIn(bearer(issuer.sign({ header }))), refused, JSON.stringify(header))
  }
  t.strictSame(issuer.requests, [], 'before any key is looked at')
})

t.test('N9: unknown kids cause no storm of questions to the issuer', async t => {
  const { signIn, issuer, clock, jwt } = await setUpAll(t)
  await signIn(bearer(jwt))
  const attacker = createKey('x')
  const flood = (count: number) =>
    Promise.all(
      Array.from({ length: count }, async (_, n) => {
        const token = issuer.sign({ key: attacker, header: { kid: `made-up-${n}` } })
        const error: unknown = await signIn(bearer(token)).catch(reason => reason)
        t.match(error, { code: 'invalid_token' })
      }),
    )
  for (let round = 0; round < 10; round++) await flood(50)
  t.ok(issuer.asked() <= 5, `500 tokens, ${issuer.asked()} questions`)
  const before = issuer.asked()
  clock.now += 9_999
  await flood(50)
  t.equal(issuer.asked(), before)
  clock.now += 1
  await flood(50)
  t.equal(issuer.asked(), before + 1, 'one more for each ten seconds')
  t.ok(await signIn(bearer(jwt)), 'and the others sign in all the while')
})

t.test('N10: a token that is not valid yet, or was issued in the future, is 401', async t => {
  const { signIn, issuer } = await setUpAll(t)
  for (const claims of [{ nbf: NOW + 31 }, { iat: NOW + 31 }, { nbf: 'now' }, { iat: null }, { nbf: '0' }]) {
    await t.rejects(signIn(bearer(issuer.sign({ claims }))), INVALID, JSON.stringify(claims))
  }
  t.ok(await signIn(bearer(issuer.sign({ claims: { nbf: NOW + 30, iat: NOW + 30 } }))), 'within the skew')
  t.ok(await signIn(bearer(issuer.sign({ claims: { nbf: undefined, iat: undefined, jti: 'x' } }))))
})

t.test('N11: an ID token is no access token, even with the right audience', async t => {
  const { signIn, issuer } = await setUpAll(t)
  const header = { typ: 'JWT' }
  for (const claims of [
    { nonce: 'n-0S6_WzA2Mj' },
    { at_hash: 'MTIzNDU2Nzg5MDEyMzQ1Ng' },
    { c_hash: 'MTIzNDU2Nzg5MDEyMzQ1Ng' },
    { typ: 'ID' },
    { token_use: 'id' },
    { typ: 'Logout', events: {} },
    { events: { 'http://schemas.openid.net/event/backchannel-logout': {} } },
    { aud: 'client-7', azp: 'client-7' },
  ]) {
    await t.rejects(signIn(bearer(issuer.sign({ header, claims }))), INVALID, JSON.stringify(claims))
    await t.rejects(signIn(bearer(issuer.sign({ header: { typ: undefined }, claims }))), INVALID)
  }
  for (const typ of [
    'id_token+jwt',
    'logout+jwt',
    'dpop+jwt',
    'oauth-id-jag+jwt',
    'secevent+jwt',
    '',
    1,
    null,
  ]) {
    await t.rejects(signIn(bearer(issuer.sign({ header: { typ } }))), INVALID, `typ ${typ}`)
  }
  const keycloak = { typ: 'Bearer', nonce: 'n', jti: 'keycloak' }
  t.ok(await signIn(bearer(issuer.sign({ header, claims: keycloak }))), 'the issuer calls it an access token')
  t.ok(await signIn(bearer(issuer.sign({ header: { typ: 'application/AT+JWT' }, claims: { nonce: 'n' } }))))
})

t.test('N11: where only at+jwt is taken, a JWT without that type is 401', async t => {
  const issuer = await createIssuer(t)
  const { signIn } = setUp({ auth: [issuer.config({ types: ['at+jwt'] })] })
  t.ok(await signIn(bearer(issuer.sign())))
  for (const typ of ['JWT', undefined]) {
    await t.rejects(signIn(bearer(issuer.sign({ header: { typ } }))), INVALID)
  }
})

t.test('N12: a refresh token as bearer is 401', async t => {
  const { signIn, issuer } = await setUpAll(t)
  const header = { typ: 'JWT' }
  for (const claims of [
    { typ: 'Refresh' },
    { typ: 'Offline' },
    { token_use: 'refresh' },
    { aud: issuer.issuer },
  ]) {
    await t.rejects(signIn(bearer(issuer.sign({ header, claims }))), INVALID, JSON.stringify(claims))
  }
  await t.rejects(signIn(bearer('1//0gJ3refreshOfAnotherKind')), INVALID)
})

t.test('N12: a token bound to a key of the client is no bearer token', async t => {
  const { signIn, issuer } = await setUpAll(t)
  for (const cnf of [{ jkt: 'x' }, { 'x5t#S256': 'x' }, {}, null]) {
    await t.rejects(signIn(bearer(issuer.sign({ claims: { cnf } }))), INVALID, JSON.stringify(cnf))
  }
})

t.test('N13: a code as bearer is 401', async t => {
  const { signIn, product } = await setUpAll(t)
  for (const code of ['SplxlOBeZQQYbYS6WxSbIA', '4/0AX4XfWh.code~-_']) {
    await t.rejects(signIn(bearer(code)), INVALID)
  }
  t.strictSame(product.questions, [], 'and it is shown to nobody')
})

t.test('N15: no scopes are made up for a token that has none', async t => {
  const { signIn, issuer } = await setUpAll(t)
  for (const scope of [undefined, null, '', '   ', []]) {
    const jti = JSON.stringify(scope) ?? 'none'
    const { principal } = await signIn(bearer(issuer.sign({ claims: { scope, jti } })))
    t.strictSame(principal.scopes, [], jti)
  }
  for (const scope of [1, {}, ['a', 1], [['a']], { 0: 'a' }, true, ['a\nb']]) {
    await t.rejects(signIn(bearer(issuer.sign({ claims: { scope } }))), INVALID, JSON.stringify(scope))
  }
})

t.test('N16: a revoked token fails the next request', async t => {
  const { signIn, token, record, store, clock } = await setUpAll(t)
  t.ok(await signIn(bearer(token)))
  await store.revokeToken(record.id, clock.now)
  await t.rejects(signIn(bearer(token)), INVALID)
})

t.test('N18: Email without Token is 401', async t => {
  const { signIn } = await setUpAll(t)
  await t.rejects(signIn(['Email', 'ada@acme.example']), { code: 'invalid_token', status: 401 })
})

t.test('N19: Email of another user is 401', async t => {
  const { signIn } = await setUpAll(t)
  await t.rejects(signIn(pair('bob@acme.example', 'secret-ada')), { code: 'invalid_token', status: 401 })
})

t.test('N20: neither minted tokens nor JWTs are handed on to a backend', async t => {
  const { signIn, token, jwt, product } = await setUpAll(t)
  t.strictSame((await signIn(bearer(token))).forwardable, {})
  t.strictSame((await signIn(bearer(jwt))).forwardable, {})
  t.strictSame((await signIn(bearer(jwt))).forwardable, {}, 'nor when it is known')
  t.strictSame(product.questions, [])
})

t.test('N21: identity headers beside a JWT change nothing', async t => {
  const { signIn, jwt } = await setUpAll(t)
  const spoofed = ['X-User', 'root', 'X-Forwarded-User', 'root', 'Remote-User', 'root', 'X-Org-Id', 'org-2']
  const { principal } = await signIn([...spoofed, ...bearer(jwt), ...spoofed])
  t.match(principal, { subject: 'ada', organization: 'org-1' })
})

t.test('no refusal tells the caller what is inside the token, or the token', async t => {
  const { signIn, issuer } = await setUpAll(t)
  const marker = 'marker-7f3a'
  for (const [header, claims] of [
    [{ typ: marker }, {}],
    [{ alg: marker }, {}],
    [{ kid: marker }, {}],
    [{}, { aud: marker }],
    [{}, { sub: { marker } }],
    [{}, { scope: [{ marker }] }],
    [{}, { exp: marker }],
  ]) {
    const token = issuer.sign({ header, claims })
    const error = await signIn(bearer(token)).then<PosternError, PosternError>(
      () => t.fail('accepted') as never,
      reason => reason,
    )
    const text = JSON.stringify([error.message, error.headers, error.data])
    t.notMatch(text, marker)
    t.notMatch(text, token.slice(0, 20))
  }
})
