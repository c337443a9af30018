/** The consent page: what it shows, whose answer counts, and that it counts once. */
import t from 'tap'
import { CLAUDE, CLIENT, createRooms, formWith, ISSUER, MINUTE, RESOURCE } from '../authorize/rooms.ts'

t.test('who signs in and allows sends the client a code, its state and the issuer', async t => {
  const rooms = createRooms()
  const browser = rooms.browser()
  const page = await browser.toConsent()
  t.equal(page.status, 200)
  t.match(page.html, 'ada@acme.example')
  t.match(page.html, 'org-1')
  t.match(page.html, 'See everything <code>read:*')
  t.match(page.html, 'Third-party')
  t.match(page.html, 'claude.ai')
  t.match(page.html, RESOURCE)
  const answer = await browser.submit(formWith(page, 'approve'), { decision: 'approve' })
  t.equal(answer.status, 200, 'a page that goes on by itself, not a redirect that form-action would stop')
  const url = new URL(answer.location ?? '')
  t.equal(url.origin + url.pathname, CLAUDE)
  t.same([...url.searchParams.keys()], ['code', 'state', 'iss'])
  t.equal(url.searchParams.get('state'), 'st4te')
  t.equal(url.searchParams.get('iss'), ISSUER)
  t.match(url.searchParams.get('code'), /^acme_oac_[\w-]{32}$/)
  t.match(answer.html, 'Go on to Claude')
  t.same(rooms.used, [CLIENT.id])
  const [grant] = await rooms.grants.page({ subject: 'u-1', limit: 10 })
  t.match(grant, {
    scopes: ['read:*', 'write:*'],
    resource: RESOURCE,
    way: 'product',
    display: 'ada@acme.example',
  })
  t.match(
    rooms.events.map(({ type }) => type),
    ['signed_in', 'approved'],
  )
  t.same(Object.keys(browser.cookies), ['session'], 'the flow’s cookie is gone')
})

t.test('scopes can be left out; nothing at all, and what was not offered, is refused', async t => {
  const rooms = createRooms()
  const browser = rooms.browser()
  const page = await browser.toConsent()
  const form = formWith(page, 'approve')
  t.same(form?.boxes, ['scope.0', 'scope.1'])
  const none = await browser.submit(form, { decision: 'approve', 'scope.0': undefined, 'scope.1': undefined })
  t.equal(none.status, 400)
  t.match(none.html, 'Nothing is ticked')
  const more = await browser.submit(form, { decision: 'approve', 'scope.2': 'manage:*' })
  t.equal(more.status, 409)
  t.match(more.html, 'has changed meanwhile')
  t.same(await rooms.grants.page({ limit: 10 }), [])
  const answer = await browser.submit(form, { decision: 'approve', 'scope.1': undefined })
  t.equal(answer.status, 200)
  t.match(await rooms.grants.page({ limit: 10 }), [{ scopes: ['read:*'] }])
})

t.test('denying tells the client', async t => {
  const rooms = createRooms()
  const browser = rooms.browser()
  const page = await browser.toConsent()
  const url = new URL((await browser.submit(formWith(page, 'deny'), { decision: 'deny' })).location ?? '')
  t.same([...url.searchParams.keys()], ['error', 'error_description', 'state', 'iss'])
  t.equal(url.searchParams.get('error'), 'access_denied')
  t.match(rooms.events.at(-1), { type: 'denied', client: CLIENT.id, subject: 'u-1' })
  t.same(await rooms.grants.page({ limit: 10 }), [])
})

t.test('N39: a POST without the CSRF token, with another one, or from elsewhere is refused', async t => {
  const rooms = createRooms()
  const browser = rooms.browser()
  const page = await browser.toConsent()
  const form = formWith(page, 'approve')
  const ended = { error: 'oauth_flow_ended', location: undefined }
  const yes = { decision: 'approve' }
  t.match(await browser.submit(form, { ...yes, csrf: undefined }), ended)
  t.match(await browser.submit(form, { ...yes, csrf: 'x'.repeat(43) }), ended)
  const { csrf } = (await rooms.browser().toConsent()).forms[0]?.fields ?? {}
  t.match(await browser.submit(form, { ...yes, csrf }), ended, 'one of another flow')
  const foreign: readonly Readonly<Record<string, string>>[] = [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: `${ISSUER}.evil.example` },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'none' },
  ]
  for (const headers of foreign) {
    t.match(await browser.submit(form, yes, { headers }), ended, JSON.stringify(headers))
  }
  t.same(await rooms.grants.page({ limit: 10 }), [])
  const headers = { origin: ISSUER, 'sec-fetch-site': 'same-origin' }
  t.equal((await browser.submit(form, yes, { headers })).error, undefined, 'the page itself may')
})

t.test('N40: the page and token of one browser are worth nothing with the cookies of another', async t => {
  const rooms = createRooms()
  const [browser, other] = [rooms.browser(), rooms.browser()]
  const form = formWith(await browser.toConsent(), 'approve')
  await other.toConsent()
  t.match(await other.submit(form, { decision: 'approve' }), { error: 'oauth_flow_ended' })
  // The other browser's cookie under the right name: the flow is bound to the value.
  const [name = ''] = Object.keys(browser.cookies).filter(key => key.startsWith('flow_'))
  const value = Object.entries(other.cookies).find(([key]) => key.startsWith('flow_'))?.[1]
  other.cookies[name] = value
  t.match(await other.submit(form, { decision: 'approve' }), { error: 'oauth_flow_ended' })
  t.same(await rooms.grants.page({ limit: 10 }), [])
})

t.test('N41: an answer counts once, also of 50 at the same time', async t => {
  const rooms = createRooms()
  const browser = rooms.browser()
  const form = formWith(await browser.toConsent(), 'approve')
  const kept = { ...browser.cookies }
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => browser.submit(form, { decision: 'approve' })),
  )
  t.equal(answers.filter(({ location }) => location?.includes('code=')).length, 1)
  t.equal(answers.filter(({ error }) => error === 'oauth_flow_ended').length, 49)
  Object.assign(browser.cookies, kept)
  t.match(await browser.submit(form, { decision: 'approve' }), { error: 'oauth_flow_ended' })
  t.equal((await rooms.grants.page({ limit: 10 })).length, 1)
})

t.test('N47: who has denied can’t approve afterwards, nor the other way round', async t => {
  const rooms = createRooms()
  for (const [first, second] of [
    ['deny', 'approve'],
    ['approve', 'deny'],
  ] as const) {
    const browser = rooms.browser()
    const form = formWith(await browser.toConsent(), 'approve')
    const kept = { ...browser.cookies }
    t.ok((await browser.submit(form, { decision: first })).location)
    Object.assign(browser.cookies, kept)
    t.match(await browser.submit(form, { decision: second }), { error: 'oauth_flow_ended' })
  }
})

t.test('N48: parallel windows both work, whichever order they are answered in', async t => {
  const rooms = createRooms()
  const browser = rooms.browser()
  const [one, two] = [await browser.begin({ state: 'one' }), await browser.begin({ state: 'two' })]
  const typed = { field0: 'ada@acme.example', field1: 's3cret' }
  const first = await browser.follow(await browser.submit(one.forms[0], typed))
  const second = await browser.follow(await browser.submit(two.forms[0], typed))
  const yes = { decision: 'approve' }
  const answers = [
    await browser.submit(formWith(second, 'approve'), yes),
    await browser.submit(formWith(first, 'approve'), yes),
  ]
  t.same(
    answers.map(({ location }) => new URL(location ?? '').searchParams.get('state')),
    ['two', 'one'],
  )
})

t.test('a flow ends after ten minutes, counted anew from signing in', async t => {
  const rooms = createRooms()
  const browser = rooms.browser()
  const page = await browser.begin()
  rooms.clock.now += 9 * MINUTE
  const consent = await browser.follow(
    await browser.submit(page.forms[0], { field0: 'ada@acme.example', field1: 's3cret' }),
  )
  rooms.clock.now += 9 * MINUTE
  t.equal(
    (await browser.submit(formWith(consent, 'approve'), {})).error,
    'oauth_invalid_request',
    'still open',
  )
  rooms.clock.now += MINUTE
  t.match(await browser.submit(formWith(consent, 'approve'), { decision: 'approve' }), {
    error: 'oauth_flow_ended',
  })
})

t.test('the client is looked at again: one that was disabled meanwhile gets nothing', async t => {
  const rooms = createRooms()
  const browser = rooms.browser()
  const form = formWith(await browser.toConsent(), 'approve')
  rooms.knownClients.set(CLIENT.id, { ...CLIENT, redirectUris: ['http://localhost/callback'] })
  t.match(await browser.submit(form, { decision: 'approve' }), { error: 'oauth_invalid_redirect_uri' })
  rooms.knownClients.clear()
  t.match(await browser.submit(form, { decision: 'approve' }), { error: 'oauth_invalid_client' })
  t.same(await rooms.grants.page({ limit: 10 }), [])
})

t.test('a person whose subject is revoked while the page is open approves nothing', async t => {
  const rooms = createRooms()
  const browser = rooms.browser()
  const form = formWith(await browser.toConsent(), 'approve')
  const word = { kind: 'subject', value: 'u-1', recheck: false, until: undefined, reason: undefined } as const
  await rooms.store.revoke({ ...word, at: rooms.clock.now })
  const answer = await browser.submit(form, { decision: 'approve' })
  t.match(answer.location, /^\/oauth\/sign-in\?flow=/)
  const page = await browser.follow(answer)
  const again = await browser.submit(page.forms[0], { field0: 'ada@acme.example', field1: 's3cret' })
  t.equal(again.status, 403)
  t.match(again.html, 'were revoked')
  t.same(await rooms.grants.page({ limit: 10 }), [])
})

t.test('another account: the person is signed out, and the flow waits for whoever signs in', async t => {
  const rooms = createRooms()
  const browser = rooms.browser()
  const page = await browser.toConsent()
  const before = browser.cookies.session
  const signIn = await browser.follow(await browser.submit(formWith(page, 'switch'), { decision: 'switch' }))
  t.match(signIn.html, 'Sign in to connect')
  t.equal(browser.cookies.session, undefined)
  const taken = rooms.browser()
  taken.cookies.session = before
  t.match((await taken.begin()).html, 'Sign in to connect', 'the old cookie is worth nothing')
  const consent = await browser.follow(
    await browser.submit(signIn.forms[0], { field0: 'bob@acme.example', field1: 's3cret' }),
  )
  t.match(consent.html, 'bob@acme.example')
})

t.test('who can give nothing of what is asked for is told so, and is signed out', async t => {
  const rooms = createRooms({ oauth: { signIn: [{ ...PRODUCT, grant: ['read:contacts'] }] } })
  const browser = rooms.browser()
  const page = await browser.toConsent({ scope: 'write:invoices' })
  t.equal(page.status, 403)
  t.match(page.html, 'See, create and change invoices')
  t.match(page.html, /error&#61;access_denied|error=access_denied/)
  t.equal(page.location, undefined, 'nobody is sent away from the explanation')
  t.same(browser.cookies, {})
})

t.test('N45: names of clients stay text', async t => {
  const name = '<img src=x onerror=alert(1)>"&lt;'
  const rooms = createRooms({ clients: [{ ...CLIENT, name }] })
  const browser = rooms.browser()
  const page = await browser.toConsent()
  const answer = await browser.submit(formWith(page, 'approve'), { decision: 'approve' })
  for (const { html } of [page, answer]) {
    t.match(html, '&#60;img')
    t.notMatch(html, '<img')
  }
})

const PRODUCT = {
  type: 'product',
  title: 'Tallybook',
  headers: ['Email', 'Token'],
  subject: 'Email',
  verify: { request: 'GET /me', subject: 'id' },
}
