/** How somebody connects a client to Lumos: signing in, what the consent page says, and when it is not shown again. */
import t from 'tap'
import { Browser, type Page, unescaped } from '../../oauth/browser.ts'
import { call, rpc, visible } from '../ask.ts'
import { promise } from '../promise.ts'
import {
  askToken,
  CALLBACK,
  connectAs,
  decide,
  open,
  openAs,
  redeem,
  refresh,
  register,
  SCOPES,
  signIn,
} from './client.ts'
import { startLumos } from './start.ts'

const { product, system, issuer } = await startLumos(t)
const url = `${system.origin}/mcp/user`
const READ = 'View your access requests in the App Store.'
const WRITE = 'Submit access requests on your behalf.'
const INVALID = { status: 401, body: { error: { data: { code: 'invalid_token' } } } }

promise(t, '001', 'people sign in with the login of their organization', async t => {
  const { browser, page } = await open(system)
  t.match(text(page), /Sign in to connect Claude Code/)
  const way = page.forms.find(({ fields }) => 'way' in fields)
  if (way === undefined) return t.fail('there is no way in')
  const { location = '' } = await browser.submit(page, way)
  t.equal(new URL(location).origin, issuer, 'the browser goes there, and no password is typed anywhere else')
  t.match(await signIn(browser, page, 'ana'), { status: 200, html: /Allow/ })
})

promise(t, '001', 'the client opens a browser, in which people sign in and then approve', async t => {
  const asked = await openAs(system, 'ana')
  t.match(text(asked.page), /Allow Claude Code to use Lumos in your name\?/)
  const redirect = await decide(asked, 'approve')
  t.equal(redirect.origin + redirect.pathname, CALLBACK)
  t.equal(redirect.searchParams.get('iss'), 'https://api.lumos.com')
  const { accessToken } = await redeem(system, asked, redirect)
  t.equal((await rpc(url, accessToken, 'tools/list')).status, 200)
})

promise(t, '001', 'who is signed in already is not asked to sign in, and who is not is', async t => {
  const browser = new Browser(system.at)
  t.match((await open(system, { browser })).page.html, /Sign in with Lumos/)
  await connectAs(system, 'ben', { browser })
  const { page } = await open(system, { browser })
  t.match(text(page), /Allow Claude Code.*Signed in as Ben/s)
})

promise(t, '001', 'the consent page says which client asks', async t => {
  const clientId = await register(system, 'Claude', 'https://claude.ai/api/mcp/auth_callback')
  const redirect_uri = 'https://claude.ai/api/mcp/auth_callback'
  const { page } = await openAs(system, 'ana', { clientId, changes: { redirect_uri } })
  t.match(text(page), /Allow Claude to use Lumos in your name\?/)
  t.match(text(page), /claude\.ai/, 'and where the browser goes next')
})

promise(t, '001', 'the consent page lists the permissions that are asked for, in words', async t => {
  const both = text((await openAs(system, 'ana')).page)
  const one = text((await openAs(system, 'ana', { changes: { scope: 'lumos:user:read' } })).page)
  t.ok(both.includes(READ) && both.includes(WRITE))
  t.ok(one.includes(READ) && !one.includes(WRITE), 'and no other')
})

promise(t, '001', 'lumos:user:read is for viewing one’s access requests, in these words', async t => {
  t.equal(labelOf((await openAs(system, 'ana')).page, 'lumos:user:read'), READ)
})

promise(t, '001', 'lumos:user:write is for submitting access requests, in these words', async t => {
  t.equal(labelOf((await openAs(system, 'ana')).page, 'lumos:user:write'), WRITE)
})

promise(t, '001', 'a client that asks for nothing in particular is asked about for both scopes', async t => {
  const { scope } = await connectAs(system, 'ana', { changes: { scope: undefined } })
  t.equal(scope, SCOPES)
  const challenge = (await rpc(url, undefined, 'tools/list')).headers.get('www-authenticate') ?? ''
  t.match(challenge, `scope="${SCOPES}"`)
})

promise(t, '001', 'a connection can be approved', async t => {
  const { accessToken, scope } = await connectAs(system, 'ana')
  t.equal(scope, SCOPES)
  t.equal((await call(url, accessToken, 'search_apps')).body.result.isError, false)
  await system.audited(line => line.operation === 'approved' && line.outcome === 'ok')
})

promise(t, '001', 'a connection can be denied', async t => {
  const redirect = await decide(await openAs(system, 'ana'), 'deny')
  t.equal(redirect.searchParams.get('error'), 'access_denied')
  t.equal(redirect.searchParams.get('code'), null)
  await system.audited(line => line.operation === 'denied')
})

promise(t, '001', 'the client gets a token for no more tools than its person may use', async t => {
  const [ana, vic] = [await connectAs(system, 'ana'), await connectAs(system, 'vic')]
  const [more, less] = [await visible(url, ana.accessToken), await visible(url, vic.accessToken)]
  t.same(
    more.filter(name => !less.includes(name)),
    ['submit_access_request'],
  )
  const asked = await openAs(system, 'ana')
  const form = asked.page.forms.find(({ boxes }) => boxes.length > 0)
  if (form === undefined) return t.fail('there is nothing to untick')
  const { location = '' } = await asked.browser.submit(asked.page, form, {
    fields: { 'scope.1': undefined },
    button: 'decision=approve',
  })
  const part = await redeem(system, asked, new URL(location))
  t.equal(part.scope, 'lumos:user:read', 'nor than they ticked')
  t.equal((await visible(url, part.accessToken)).includes('submit_access_request'), false)
})

promise(t, '001', 'each client is approved by itself, the first time that it connects', async t => {
  const browser = new Browser(system.at)
  await connectAs(system, 'ana', { browser })
  const clientId = await register(system, 'Codex')
  t.match(text((await open(system, { browser, clientId })).page), /Allow Codex to use Lumos/)
})

promise(t, '001', 'the approval of one person and client for these scopes is remembered', async t => {
  const browser = new Browser(system.at)
  const { clientId } = await connectAs(system, 'ana', { browser })
  const again = await open(system, { browser, clientId })
  t.ok(isBack(again.page), 'the client gets its code at once')
  const { scope } = await redeem(system, again, new URL(again.page.location ?? ''))
  t.equal(scope, SCOPES)
  const less = await open(system, { browser, clientId, changes: { scope: 'lumos:user:read' } })
  t.ok(isBack(less.page), 'also for fewer')
  const other = await openAs(system, 'ben', { clientId })
  t.match(text(other.page), /Allow Claude Code/, 'somebody else is asked')
})

promise(t, '001', 'people approve again when the client asks for more', async t => {
  const browser = new Browser(system.at)
  const { clientId } = await connectAs(system, 'ana', { browser, changes: { scope: 'lumos:user:read' } })
  const { page } = await open(system, { browser, clientId })
  t.notOk(isBack(page))
  t.match(text(page), WRITE)
})

promise(t, '001', 'people approve again when the access was revoked', async t => {
  const browser = new Browser(system.at)
  const { clientId, accessToken } = await connectAs(system, 'ada', { browser })
  await disconnect(browser)
  t.match(await rpc(url, accessToken, 'tools/list'), INVALID, 'it ended at once')
  const { page } = await open(system, { browser, clientId })
  t.notOk(isBack(page))
  t.match(text(page), /Allow Claude Code/)
})

promise(t, '001', 'people approve again when the client asks for that', async t => {
  const browser = new Browser(system.at)
  const { clientId } = await connectAs(system, 'ana', { browser })
  const { page } = await open(system, { browser, clientId, changes: { prompt: 'consent' } })
  t.notOk(isBack(page))
  t.match(text(page), /Allow Claude Code/)
})

promise(t, '001', 'a refresh token that was revoked means signing in again, and that works', async t => {
  const connection = await connectAs(system, 'ben')
  const { clientId, refreshToken, accessToken } = connection
  const form = { client_id: clientId, token: refreshToken }
  t.equal((await askToken(system, form, '/oauth/revoke')).status, 200)
  t.match(await refresh(system, connection), { status: 400, body: { error: 'invalid_grant' } })
  const refused = await rpc(url, accessToken, 'tools/list')
  t.match(refused, INVALID)
  t.match(refused.headers.get('www-authenticate') ?? '', /resource_metadata=/, 'and says where to begin')
  t.equal((await rpc(url, (await connectAs(system, 'ben', { clientId })).accessToken, 'ping')).status, 200)
})

t.test('an approval is not used up by a website that sends the browser', async t => {
  const browser = new Browser(system.at)
  const { clientId } = await connectAs(system, 'ana', { browser })
  const asked = await open(system, { browser, clientId })
  t.ok(isBack(asked.page))
  for (const site of ['cross-site', 'same-site']) {
    const page = await browser.open(asked.page.url, { 'sec-fetch-site': site })
    t.notOk(isBack(await browser.follow(page, location => !location.startsWith(CALLBACK))), site)
  }
})

t.test('who leaves is out at once, with all their clients, and others stay', async t => {
  const [leaver, other] = [await connectAs(system, 'rex'), await connectAs(system, 'ana')]
  const { code, stderr } = await system.cli('revocation', 'create', '--subject', 'rex')
  t.equal(code, 0, stderr)
  t.match(await rpc(url, leaver.accessToken, 'tools/list'), INVALID)
  t.match(await refresh(system, leaver), { status: 400 })
  t.equal((await rpc(url, other.accessToken, 'tools/list')).status, 200)
})

t.test('a code serves the client that asked for it, once', async t => {
  const asked = await openAs(system, 'ana')
  const redirect = await decide(asked, 'approve')
  const thief = { ...asked, clientId: await register(system, 'Claude Code') }
  await t.rejects(redeem(system, thief, redirect), /invalid_grant/)
  const wrong = { ...asked, verifier: 'x'.repeat(43) }
  await t.rejects(redeem(system, wrong, redirect), /invalid_grant/)
})

t.test('no token, code or secret is in the audit or the log', async t => {
  const { accessToken, refreshToken } = await connectAs(system, 'ana')
  await call(url, accessToken, 'search_apps')
  const written = JSON.stringify(system.audit()) + system.logged()
  for (const secret of [accessToken, refreshToken, product.signingKey.slice(40, 80), 'lumos-oidc-secret'])
    t.notOk(written.includes(secret))
  t.notMatch(written, /lumos_(oat|ort|oac)_\w/)
})

/** What a page says, without its markup. */
function text({ html }: Page): string {
  return unescaped(html.replace(/<style[\s\S]*?<\/style>/g, '').replace(/<[^>]*>/g, '')).replace(/\s+/g, ' ')
}

/** What stands beside the box of a scope. */
function labelOf({ html }: Page, scope: string): string | undefined {
  const found = new RegExp(`value="${scope}"[^>]*><span>(.*?) <code>`).exec(html)
  return found?.[1]
}

/** Whether the browser was sent back to the client with a code. */
function isBack({ location }: Page): boolean {
  return location?.startsWith(`${CALLBACK}?`) === true && new URL(location).searchParams.has('code')
}

/** Ends the only connection that a person sees at /connections. */
async function disconnect(browser: Browser): Promise<void> {
  const page = await browser.open('https://api.lumos.com/connections')
  const [form, ...others] = page.forms.filter(({ buttons }) => buttons.some(({ name }) => name === 'revoke'))
  const id = form?.buttons[0]?.value
  if (form === undefined || others.length > 0) throw new Error(`not one connection: ${text(page)}`)
  await browser.submit(page, form, { button: `revoke=${id}` })
}
