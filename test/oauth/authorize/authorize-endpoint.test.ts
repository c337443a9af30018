/** What becomes of a good authorization request: who is asked to sign in, who to approve, and who nothing. */
import t from 'tap'
import { authorizePath, CLAUDE, createRooms, formWith, ISSUER, MINUTE, PROXY_WAY, RESOURCE } from './rooms.ts'

t.test('a browser that is signed in goes to the consent page, without signing in again', async t => {
  const rooms = createRooms()
  const browser = rooms.browser()
  await browser.toConsent()
  const asked = rooms.product.asked.length
  const page = await browser.begin({ state: 'again' })
  t.ok(formWith(page, 'approve'))
  t.match(page.html, 'ada@acme.example')
  t.equal(rooms.product.asked.length, asked + 1, 'the product is asked whether the credential is still good')
  const answer = await browser.submit(formWith(page, 'approve'), { decision: 'approve' })
  t.match(answer.location, 'state=again')
})

t.test(
  'a credential that the product has withdrawn signs nobody in, and one that can’t be asked about neither',
  async t => {
    const rooms = createRooms()
    const browser = rooms.browser()
    await browser.toConsent()
    rooms.product.isDown = true
    t.match(await browser.begin(), { error: 'upstream_unavailable', status: 503 })
    rooms.product.isDown = false
    rooms.product.good.clear()
    t.match((await browser.begin()).html, 'Sign in to connect')
  },
)

t.test('prompt=login and select_account: the session does not count', async t => {
  for (const prompt of ['login', 'select_account', 'login consent']) {
    const rooms = createRooms()
    const browser = rooms.browser()
    await browser.toConsent()
    t.match((await browser.begin({ prompt })).html, 'Sign in to connect', prompt)
  }
})

t.test('prompt=none never shows a page', async t => {
  const rooms = createRooms()
  const browser = rooms.browser()
  const error = async () =>
    new URL((await browser.begin({ prompt: 'none' })).location ?? '').searchParams.get('error')
  t.equal(await error(), 'login_required')
  await browser.toConsent()
  t.equal(await error(), 'consent_required')
})

t.test('the session ends after its time, with its way of signing in, and with a revocation', async t => {
  const signedIn = async (rooms: ReturnType<typeof createRooms>) => {
    const browser = rooms.browser()
    await browser.toConsent()
    t.ok(formWith(await browser.begin(), 'approve'))
    return browser
  }
  const timed = createRooms({ oauth: { session: '1h' } })
  const first = await signedIn(timed)
  timed.clock.now += 60 * MINUTE
  t.match((await first.begin()).html, 'Sign in to connect')

  const changed = createRooms()
  const second = await signedIn(changed)
  changed.configure({ oauth: { signIn: [PROXY_WAY, { ...PROXY_WAY, name: 'other' }] } })
  t.match((await second.begin()).html, 'Sign in to connect')

  const revoked = createRooms()
  const third = await signedIn(revoked)
  const word = { recheck: false, at: revoked.clock.now, until: undefined, reason: undefined } as const
  await revoked.store.revoke({ ...word, kind: 'organization', value: 'org-1' })
  t.match((await third.begin()).html, 'Sign in to connect')
})

t.test('each sign-in has a cookie of its own: one that was planted before is worth nothing', async t => {
  const rooms = createRooms()
  const browser = rooms.browser()
  const planted = 'p'.repeat(32)
  browser.cookies.session = planted
  await browser.toConsent()
  const first = browser.cookies.session
  t.not(first, planted)
  await browser.follow(
    await browser.submit((await browser.begin({ prompt: 'login' })).forms[0], {
      field0: 'ada@acme.example',
      field1: 's3cret',
    }),
  )
  t.not(browser.cookies.session, first)
  const thief = rooms.browser()
  thief.cookies.session = first
  t.match((await thief.begin()).html, 'Sign in to connect', 'the one before has ended')
})

t.test('a server that nobody can sign in at says so to the client', async t => {
  const rooms = createRooms({ oauth: { signIn: [] } })
  const answer = await rooms.browser().begin()
  t.equal(answer.status, 303)
  const url = new URL(answer.location ?? '')
  t.equal(url.searchParams.get('error'), 'access_denied')
  t.match(url.searchParams.get('error_description'), 'no way of signing in')
})

t.test('N37: what is wrong with a request reaches the client, with iss exactly once', async t => {
  const answer = await createRooms().browser().begin({ code_challenge_method: 'plain' })
  t.equal(answer.status, 303)
  const url = new URL(answer.location ?? '')
  t.equal(url.origin + url.pathname, CLAUDE)
  t.same(url.searchParams.getAll('iss'), [ISSUER])
})

t.test('a flood of requests from one address leaves no more records than an office would', async t => {
  const rooms = createRooms()
  const answers = await Promise.all(
    Array.from({ length: 310 }, () => rooms.browser('198.51.100.9').get(authorizePath())),
  )
  t.equal(answers.filter(({ status }) => status === 303).length, 300)
  t.match(answers.at(-1), { error: 'rate_limited', headers: { 'Retry-After': /^\d+$/ } })
  t.equal((await rooms.browser().get(authorizePath())).status, 303, 'others go on')
})

t.test('a browser keeps a few flows at a time', async t => {
  const browser = createRooms().browser()
  for (let count = 0; count < 20; count++) await browser.begin()
  t.equal(Object.keys(browser.cookies).filter(name => name.startsWith('flow_')).length, 8)
})

t.test(
  'an approval that is remembered spares the page, for the person alone and for nothing more',
  async t => {
    const rooms = createRooms({ oauth: { rememberConsent: '30d' } })
    const browser = rooms.browser()
    const none = { headers: { 'sec-fetch-site': 'none' } }
    const isSpared = async (more = {}, options: object = none) =>
      (await browser.begin(more, options)).location?.includes('code=') === true
    const page = await browser.toConsent()
    await browser.submit(formWith(page, 'approve'), { decision: 'approve', 'scope.1': undefined })

    t.notOk(await isSpared(), 'a scope more')
    t.ok(await isSpared({ scope: 'read:*' }))
    t.ok(await isSpared({ scope: 'read:*', prompt: 'none' }))
    t.notOk(await isSpared({ scope: 'read:invoices' }), 'another scope, even a smaller one')
    t.notOk(await isSpared({ scope: 'read:*', prompt: 'consent' }))
    t.notOk(await isSpared({ scope: 'read:*', redirect_uri: 'http://localhost/callback' }))
    t.notOk(await isSpared({ scope: 'read:*', resource: `${ISSUER}/mcp-other` }))
    for (const site of ['cross-site', 'same-site', 'same-origin', undefined]) {
      const headers = { ...(site !== undefined && { 'sec-fetch-site': site }) }
      t.notOk(await isSpared({ scope: 'read:*' }, { headers }), `N46: ${site}`)
    }
    t.ok(await isSpared({ scope: 'read:*' }), 'as before')
    const [grant] = await rooms.grants.page({ subject: 'u-1', limit: 1 })
    t.equal(grant?.resource, RESOURCE)
    await rooms.grants.revoke(grant?.id ?? '')
    t.notOk(await isSpared({ scope: 'read:*' }), 'one of its connections was ended')
  },
)
