/** Signing in at the company's OpenID provider: a real one, and answers that no good one gives. */
import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import t, { type Test } from 'tap'
import {
  createRooms,
  formWith,
  ISSUER,
  MINUTE,
  type Rooms,
  type Seen,
  type TestBrowser,
} from '../authorize/rooms.ts'
import { type CompanyOptions, listen, startCompany } from './company-provider.ts'

const SECRET = 'a secret: of %25 + &'

function wayTo(issuer: string, more: object = {}) {
  return { type: 'oidc', title: 'Acme', issuer, clientId: 'postern', clientSecret: SECRET, ...more }
}

function roomsWith(...ways: readonly object[]): Rooms {
  return createRooms({ oauth: { signIn: ways } })
}

/** Presses the button of a way; the address at the provider. */
async function press(browser: TestBrowser, page: Seen): Promise<string> {
  const answer = await browser.submit(page.forms.find(({ fields }) => 'way' in fields))
  if (answer.location === undefined) throw new Error(`not sent on: ${answer.html}`)
  return answer.location
}

async function company(t: Test, options: CompanyOptions = {}, way: object = {}) {
  const provider = await startCompany(t, options)
  const rooms = roomsWith(wayTo(provider.issuer, way))
  return { ...provider, rooms, browser: rooms.browser() }
}

t.test('the person is signed in, and what the provider says limits what they can give', async t => {
  const claims = { organization: 'org.id', roles: 'groups', when: '"staff" in principal.roles' }
  const { rooms, browser, visit, asked } = await company(t, {}, claims)
  const page = await browser.begin()
  t.match(page.html, 'Sign in with Acme')
  t.same(asked, [], 'nothing goes to the provider before the button is pressed')
  const href = await press(browser, page)
  const sent = new URL(href).searchParams
  t.match(Object.fromEntries(sent), {
    response_type: 'code',
    client_id: 'postern',
    redirect_uri: `${ISSUER}/oauth/callback`,
    code_challenge_method: 'S256',
    code_challenge: /^[\w-]{43}$/,
    nonce: /^[\w-]{43}$/,
    state: /^[\w-]{32}\.[\w-]{43}$/,
  })
  const consent = await browser.follow(await browser.get(await visit(href)))
  t.match(consent.html, 'ada@acme.example')
  t.match(consent.html, 'org-1')
  t.match(await browser.submit(formWith(consent, 'approve'), { decision: 'approve' }), { status: 200 })
  t.match(await rooms.grants.page({ limit: 1 }), [
    {
      subject: 'ada',
      organization: 'org-1',
      roles: ['accountant', 'staff'],
      way: 'oidc',
      credential: undefined,
    },
  ])
  t.equal(asked.filter(path => path.endsWith('openid-configuration')).length, 1)
})

t.test('every way of proving who Postern is, and claims in the ID token alone', async t => {
  for (const options of [
    { authentication: 'client_secret_post' },
    { authentication: 'none' },
    { inIdToken: true },
  ] as const) {
    const way =
      'authentication' in options && options.authentication === 'none' ? { clientSecret: undefined } : {}
    const { browser, visit, asked } = await company(t, options, { roles: 'groups', ...way })
    const consent = await browser.follow(
      await browser.get(await visit(await press(browser, await browser.begin()))),
    )
    t.match(consent.html, 'ada@acme.example')
    t.equal(
      asked.includes('/me'),
      !('inIdToken' in options),
      'the UserInfo endpoint is asked where it must be',
    )
  }
})

t.test('scopes of the person limit what can be given', async t => {
  const { browser, visit } = await company(t, { claims: { groups: ['read:invoices'] } }, { scopes: 'groups' })
  const consent = await browser.follow(
    await browser.get(await visit(await press(browser, await browser.begin()))),
  )
  t.match(consent.html, 'value="read:invoices"')
  t.notMatch(consent.html, 'write:')
})

t.test('who does not meet the condition, or can’t be named, is not signed in', async t => {
  const refused = async (options: CompanyOptions, way: object, words: string) => {
    const { browser, visit, rooms } = await company(t, options, way)
    const answer = await browser.get(await visit(await press(browser, await browser.begin())))
    t.equal(answer.status, 403)
    t.match(answer.html, words)
    t.match(answer.html, 'Sign in with Acme', 'and can try again')
    t.match(rooms.events, [{ type: 'sign_in_failed', code: 'oauth_sign_in_failed' }])
    t.equal(browser.cookies.session, undefined)
  }
  await refused({}, { roles: 'groups', when: '"admin" in principal.roles' }, 'lets only some people in')
  await refused({}, { subject: 'employee.id' }, 'did not say who you are')
  await refused({ claims: { email_verified: false } }, { subject: 'email' }, 'has not verified your e-mail')
})

t.test('N42: the callback counts only in the browser that was sent away', async t => {
  const { rooms, browser, visit, asked } = await company(t)
  const callback = await visit(await press(browser, await browser.begin()))
  const other = rooms.browser()
  await other.begin()
  const before = asked.length
  t.match(await other.get(callback), { error: 'oauth_flow_ended' })
  const [name = ''] = Object.keys(browser.cookies)
  other.cookies[name] = Object.values(other.cookies)[0]
  t.match(await other.get(callback), { error: 'oauth_flow_ended' }, 'nor with another cookie of that name')
  t.equal(asked.length, before, 'the code was shown to nobody')
  t.equal(
    (await browser.follow(await browser.get(callback))).status,
    200,
    'and is still good where it belongs',
  )
})

t.test('N43: a state that is missing, of another trip, replayed or expired', async t => {
  const { rooms, browser, visit } = await company(t)
  const page = await browser.begin()
  const first = await visit(await press(browser, page))
  const second = await visit(await press(browser, page))
  const ended = { error: 'oauth_flow_ended' }
  t.match(await browser.get(first), ended, 'the button was pressed again since')
  const url = new URL(second)
  url.searchParams.delete('state')
  t.match(await browser.get(url.href), ended, 'missing')
  url.searchParams.set('state', `${second.slice(0, 5)}${'x'.repeat(70)}`)
  t.match(await browser.get(url.href), ended, 'of no flow')
  const other = new URL(second).searchParams.get('state') ?? ''
  url.searchParams.set('state', `${other.slice(0, -1)}${other.endsWith('A') ? 'B' : 'A'}`)
  t.match(await browser.get(url.href), ended, 'another one of this flow')
  t.match(await browser.get(`${second}&state=x`), { error: 'oauth_invalid_request' }, 'twice')
  const [one, two] = await Promise.all([browser.get(second), browser.get(second)])
  t.same(
    [one, two].map(({ error }) => error).sort(),
    ['oauth_flow_ended', undefined],
    'once of two at a time',
  )
  t.match(await browser.get(second), ended, 'replayed')

  const late = rooms.browser()
  const lateCallback = await visit(await press(late, await late.begin()))
  rooms.clock.now += 10 * MINUTE
  t.match(await late.get(lateCallback), ended, 'expired')
})

t.test('an error of the provider is told in our words, never in those of the address', async t => {
  const { browser } = await company(t)
  const page = await browser.begin()
  for (const [error, words] of [
    ['access_denied', 'did not let you in'],
    ['temporarily_unavailable', 'right now'],
    ['<script>', 'refused to sign you in'],
  ] as const) {
    const state = new URL(await press(browser, page)).searchParams.get('state') ?? ''
    const issuer = new URL(await press(browser, page)).origin
    const fresh = new URL(await press(browser, page)).searchParams.get('state') ?? ''
    t.not(state, fresh)
    const query = new URLSearchParams({
      error,
      error_description: 'Call +1 555 EVIL',
      state: fresh,
      iss: issuer,
    })
    const answer = await browser.get(`/oauth/callback?${query}`)
    t.equal(answer.status, 403)
    t.match(answer.html, words)
    t.notMatch(answer.html, /EVIL|<script/)
  }
})

t.test('iss of another provider (RFC 9207): a mix-up', async t => {
  const { browser, visit } = await company(t)
  const url = new URL(await visit(await press(browser, await browser.begin())))
  url.searchParams.set('iss', 'https://evil.example')
  const answer = await browser.get(url.href)
  t.equal(answer.status, 403)
  t.match(answer.html, 'could not be believed')
})

t.test('a provider that is down is said so, before and after', async t => {
  const { browser, server, visit, rooms } = await company(t)
  const page = await browser.begin()
  const callback = await visit(await press(browser, page))
  server.closeAllConnections()
  await new Promise(resolve => server.close(resolve))
  const answer = await browser.get(callback)
  t.equal(answer.status, 503)
  t.match(answer.html, 'Acme can’t be reached right now')
  t.ok(answer.headers['retry-after'])
  t.equal(rooms.failures.length, 1, 'the log says why')

  const fresh = roomsWith(wayTo('http://127.0.0.1:1')).browser()
  const begun = await fresh.begin()
  const none = await fresh.submit(begun.forms.find(({ fields }) => 'way' in fields))
  t.equal(none.status, 503)
  t.match(none.html, 'Acme can’t be reached right now')
})

t.test('answers that no good provider gives sign nobody in', async t => {
  const key = await generateKeyPair('RS256', { extractable: true })
  const foreign = await generateKeyPair('RS256')
  const hour = 3_600
  const bad: Readonly<Record<string, (claims: JWTPayload) => { claims?: JWTPayload; key?: CryptoKey }>> = {
    'another nonce': claims => ({ claims: { ...claims, nonce: 'x' } }),
    'no nonce': ({ nonce: _, ...claims }) => ({ claims }),
    'another audience': claims => ({ claims: { ...claims, aud: 'other' } }),
    'another issuer': claims => ({ claims: { ...claims, iss: 'https://evil.example' } }),
    expired: claims => ({ claims: { ...claims, exp: (claims.iat ?? 0) - hour } }),
    'no subject': ({ sub: _, ...claims }) => ({ claims }),
    'another key': claims => ({ claims, key: foreign.privateKey }),
  }
  for (const [name, change] of Object.entries(bad)) {
    const answer = await roundTrip(t, key, change)
    t.equal(answer.status, 403, name)
    t.match(answer.html, /could not be believed|did not say who you are/, name)
  }
  t.equal((await roundTrip(t, key, claims => ({ claims }))).status, 303, 'the fake provider can be good')
})

t.test('redirects of the provider are not followed, and too long an answer is not read', async t => {
  const { listener, issuer } = await listen(t)
  const elsewhere = await listen(t)
  let wasAsked = false
  elsewhere.listener.current = (_, response) => {
    wasAsked = true
    response.writeHead(200).end('{}')
  }
  for (const answer of [
    { status: 302, headers: { location: elsewhere.issuer }, body: '' },
    {
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: `{"x":"${'x'.repeat(2_000_000)}"}`,
    },
    {
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: '{"issuer":"https://evil.example"}',
    },
    { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>' },
  ]) {
    listener.current = (_, response) => {
      response.writeHead(answer.status, answer.headers).end(answer.body)
    }
    const browser = roomsWith(wayTo(issuer)).browser()
    const page = await browser.begin()
    t.equal((await browser.submit(page.forms.find(({ fields }) => 'way' in fields))).status, 503)
  }
  t.notOk(wasAsked)
})

/** Signs in at a provider that answers what a test wants. */
async function roundTrip(
  t: Test,
  key: { readonly privateKey: CryptoKey; readonly publicKey: CryptoKey },
  change: (claims: JWTPayload) => { claims?: JWTPayload; key?: CryptoKey },
): Promise<Seen> {
  const { listener, issuer } = await listen(t)
  const jwk = { ...(await exportJWK(key.publicKey)), alg: 'RS256', use: 'sig', kid: 'k1' }
  let nonce = ''
  listener.current = async ({ url }, response) => {
    const now = Math.floor(Date.now() / 1_000)
    const good = {
      iss: issuer,
      aud: 'postern',
      sub: 'ada',
      email: 'ada@acme.example',
      nonce,
      iat: now,
      exp: now + 60,
    }
    const { claims = good, key: signer = key.privateKey } = change(good)
    const answers: Readonly<Record<string, object>> = {
      '/.well-known/openid-configuration': {
        issuer,
        authorization_endpoint: `${issuer}/auth`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/jwks`,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
      },
      '/jwks': { keys: [jwk] },
      '/token': {
        access_token: 'x',
        token_type: 'Bearer',
        id_token: await new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'k1' }).sign(signer),
      },
    }
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify(answers[url ?? ''] ?? {}))
  }
  const browser = roomsWith(wayTo(issuer)).browser()
  const sent = new URL(await press(browser, await browser.begin())).searchParams
  nonce = sent.get('nonce') ?? ''
  return browser.get(`/oauth/callback?${new URLSearchParams({ code: 'c', state: sent.get('state') ?? '' })}`)
}
