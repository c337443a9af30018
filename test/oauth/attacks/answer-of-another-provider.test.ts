/**
 * Mix-up (RFC 9700 section 4.4): two OpenID providers are configured, and one is in the hands of an attacker. It sends
 * the victim on to the other one with the `state` of its own trip, and the challenge and nonce of a trip that the
 * attacker has begun there. If the callback took the victim's code for its own, it would be handed to the attacker, who
 * is then signed in as the victim. Neither provider says in its answers who it is (RFC 9207).
 */
import { createHash, randomBytes } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import t, { type Test } from 'tap'
import type { Browser, Page } from '../browser.ts'
import { authorizeUrl, isOwn, PUBLIC_URL, pkce, register, startGateway } from '../gateway.ts'

interface Provider {
  readonly issuer: string
  /** What its token endpoint was brought. */
  readonly codes: string[]
  /** Somebody who is signed in there comes with this address; where their browser is sent. */
  readonly visit: (href: string, subject: string) => string
}

/** A provider that has Postern registered with one redirect URI. */
async function startProvider(t: Test, redirectUri: string): Promise<Provider> {
  const { publicKey, privateKey } = await generateKeyPair('ES256')
  const jwk = { ...(await exportJWK(publicKey)), kid: 'k', alg: 'ES256', use: 'sig' }
  const given = new Map<string, URLSearchParams>()
  const codes: string[] = []
  const server: Server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    const json = (status: number, value: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
    if (request.url === '/keys') return json(200, { keys: [jwk] })
    if (request.url !== '/token')
      return json(200, {
        issuer,
        ...{ authorization_endpoint: `${issuer}/auth`, token_endpoint: `${issuer}/token` },
        ...{ jwks_uri: `${issuer}/keys`, response_types_supported: ['code'] },
        ...{ subject_types_supported: ['public'], id_token_signing_alg_values_supported: ['ES256'] },
      })
    const form = new URLSearchParams(body)
    const code = form.get('code') ?? ''
    codes.push(code)
    const asked = given.get(code)
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url')
    if (asked?.get('code_challenge') !== challenge) return json(400, { error: 'invalid_grant' })
    if (asked.get('redirect_uri') !== form.get('redirect_uri')) return json(400, { error: 'invalid_grant' })
    const idToken = new SignJWT({ nonce: asked.get('nonce'), name: asked.get('subject') })
      .setProtectedHeader({ alg: 'ES256', kid: 'k' })
      .setIssuer(issuer)
      .setAudience('postern')
      .setSubject(asked.get('subject') ?? '')
      .setIssuedAt()
      .setExpirationTime('5m')
    return json(200, { access_token: 'x', token_type: 'Bearer', id_token: await idToken.sign(privateKey) })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const visit = (href: string, subject: string) => {
    const asked = new URL(href).searchParams
    if (asked.get('redirect_uri') !== redirectUri) throw new Error('this redirect URI is not registered')
    const code = randomBytes(8).toString('hex')
    given.set(code, new URLSearchParams([...asked, ['subject', subject]]))
    return `${redirectUri}?${new URLSearchParams({ code, state: asked.get('state') ?? '' })}`
  }
  return { issuer, codes, visit }
}

async function setUp(t: Test) {
  const evil = await startProvider(t, `${PUBLIC_URL}/oauth/callback`)
  const good = await startProvider(t, `${PUBLIC_URL}/oauth/callback/good`)
  const way = ({ issuer }: Provider, name: string) => ({ type: 'oidc', name, issuer, clientId: 'postern' })
  const signIn = [way(evil, 'evil'), way(good, 'good')]
  const gateway = await startGateway(t, { oauth: { signIn } })
  return { evil, good, gateway, clientId: await register(gateway.node) }
}

/** Begins a flow and presses the button of a provider; the address there. */
async function goTo(browser: Browser, clientId: string, way: string): Promise<string> {
  const page = await browser.follow(await browser.open(authorizeUrl(clientId, pkce().challenge)), isOwn)
  const form = page.forms.find(({ fields }) => fields.way === way)
  if (form === undefined) throw new Error(`no button: ${page.html}`)
  const { location } = await browser.submit(page, form)
  if (location === undefined) throw new Error('not sent on')
  return location
}

function comeBack(browser: Browser, location: string): Promise<Page> {
  return browser.open(location, { 'sec-fetch-site': 'cross-site' }).then(page => browser.follow(page, isOwn))
}

t.test('each provider signs in its own people', async t => {
  const { evil, good, gateway, clientId } = await setUp(t)
  for (const [provider, way] of [
    [evil, 'evil'],
    [good, 'good'],
  ] as const) {
    const browser = gateway.node.browser()
    const href = await goTo(browser, clientId, way)
    t.match((await comeBack(browser, provider.visit(href, `ada of ${way}`))).html, `ada of ${way}`)
  }
})

t.test('a code of one provider is never brought to the other', async t => {
  const { evil, good, gateway, clientId } = await setUp(t)
  const attacker = gateway.node.browser()
  const own = new URL(await goTo(attacker, clientId, 'good'))
  const victim = gateway.node.browser()
  const trip = new URL(await goTo(victim, clientId, 'evil'))
  const forged = new URL(own)
  forged.searchParams.set('state', trip.searchParams.get('state') ?? '')
  const answered = await comeBack(victim, good.visit(forged.href, 'victim'))
  t.match(answered.html, 'This page has expired')
  t.same(evil.codes, [])
  t.same(good.codes, [])
  for (const path of [
    'callback/good',
    'callback/nobody',
    'callback/evil',
    'callback//good',
    'callback/good/',
  ]) {
    const browser = gateway.node.browser()
    const back = new URL(evil.visit(await goTo(browser, clientId, 'evil'), 'mallory'))
    back.pathname = `/oauth/${path}`
    t.notMatch((await comeBack(browser, back.href)).html, 'mallory', path)
  }
  t.same(evil.codes, [])
})
