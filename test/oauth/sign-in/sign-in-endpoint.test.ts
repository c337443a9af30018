/** The sign-in page: the product's own credential, a proxy's header, and whoever only wants to see their connections. */
import t from 'tap'
import {
  authorizePath,
  createRooms,
  formWith,
  PRODUCT_WAY,
  PROXY_WAY,
  type Seen,
} from '../authorize/rooms.ts'

const RIGHT = { field0: 'ada@acme.example', field1: 's3cret' }

function typedForm(page: Seen) {
  return page.forms.find(({ fields }) => 'field0' in fields)
}

t.test('the page names the client and where it leads, and asks for what is configured', async t => {
  const rooms = createRooms({ oauth: { signIn: [PRODUCT_WAY, { ...PROXY_WAY, title: 'the office' }] } })
  const page = await rooms.browser().begin()
  t.equal(page.status, 200)
  for (const words of [
    'Claude',
    'Third-party',
    'claude.ai',
    'E-mail',
    'API token',
    'tally.example/tokens',
    'the office',
  ]) {
    t.match(page.html, words)
  }
  t.match(page.html, /name="field1" type="password" value="" autocomplete="off"/)
})

t.test(
  'N49: a wrong credential gives no code, and guessing is stopped, by address and by claimed subject',
  async t => {
    const rooms = createRooms({ config: { failedSignIns: { perAddress: '5/min', perSubject: '3/min' } } })
    const browser = rooms.browser()
    const page = await browser.begin()
    const type = (more: object, from = browser, at = page) =>
      from.submit(typedForm(at), { ...RIGHT, ...more })
    const first = await type({ field1: 'wrong' })
    t.equal(first.status, 403)
    t.match(first.html, 'Tallybook does not accept this')
    t.equal(first.location, undefined)
    t.same((await rooms.grants.page({ limit: 1 })).length, 0)
    t.equal((await type({ field1: 'wrong' })).status, 403, 'the same again is no further guess')
    t.equal((await type({ field1: 'wrong2' })).status, 403)
    t.equal((await type({ field1: 'wrong3' })).status, 403)
    const stopped = await type({ field1: 'wrong4' })
    t.equal(stopped.status, 429)
    t.match(stopped.html, /wait \d+ (?:seconds|minutes)/)
    t.match(stopped.headers['retry-after'], /^\d+$/)
    const asked = rooms.product.asked.length
    t.equal((await type({})).status, 429, 'nothing new is verified during the pause, be it right')
    t.equal((await type({ field0: 'ADA@acme.example ' })).status, 429, 'the same mailbox')
    t.equal(rooms.product.asked.length, asked, 'nor is the product asked')
    t.equal(
      (await type({ field0: 'bob@acme.example' })).location?.startsWith('/oauth/consent'),
      true,
      'others go on',
    )
    const elsewhere = rooms.browser('198.51.100.7')
    const there = await elsewhere.begin()
    t.ok((await type({}, elsewhere, there)).location, 'and the owner from elsewhere')
    t.match(rooms.events.map(({ code }) => code).filter(Boolean), [
      'invalid_token',
      'invalid_token',
      'invalid_token',
      'invalid_token',
      'too_many_attempts',
    ])
  },
)

t.test('N49: a flood of guesses at the same time is not through before the first is counted', async t => {
  const rooms = createRooms({ config: { failedSignIns: { perAddress: '5/min' } } })
  const browser = rooms.browser()
  const page = await browser.begin()
  await Promise.all(
    Array.from({ length: 50 }, (_, index) =>
      browser.submit(typedForm(page), { ...RIGHT, field1: `guess${index}` }),
    ),
  )
  t.ok(rooms.product.asked.length <= 5, `${rooms.product.asked.length} were asked about`)
})

t.test('N50: what was typed is in no page, address, error, event or record', async t => {
  const rooms = createRooms({ oauth: { rememberConsent: '1d' } })
  const secret = 'sup3rs3cret'
  const seen: unknown[] = []
  const browser = rooms.browser()
  const page = await browser.begin()
  seen.push(await browser.submit(typedForm(page), { ...RIGHT, field1: `${secret}-wrong` }))
  seen.push(await browser.submit(typedForm(page), { ...RIGHT, field1: `${secret},` }))
  rooms.product.isDown = true
  const down = await browser.submit(typedForm(page), { ...RIGHT, field1: secret })
  t.equal(down.status, 503)
  rooms.product.isDown = false
  rooms.product.good.add(secret)
  const consent = await browser.follow(await browser.submit(typedForm(page), { ...RIGHT, field1: secret }))
  const flows = await rooms.store.pageRecords({ kind: 'flow', limit: 10 })
  const answer = await browser.submit(formWith(consent, 'approve'), { decision: 'approve' })
  const kinds = ['session', 'grant', 'code', 'consent'].map(kind =>
    rooms.store.pageRecords({ kind, limit: 10 }),
  )
  const records = (await Promise.all(kinds)).flat()
  t.same(
    new Set(records.map(({ key }) => key.split(':')[0])),
    new Set(['session', 'grant', 'code', 'consent']),
  )
  seen.push(down, consent, answer, flows, records, rooms.events, rooms.failures, browser.cookies)
  const text = JSON.stringify(seen)
  t.notMatch(text, secret)
  t.notMatch(text, Buffer.from(secret).toString('base64').slice(0, 12))
  t.match(text, 'ada@acme.example')
})

t.test('what is no credential is refused without asking the product', async t => {
  const rooms = createRooms()
  const browser = rooms.browser()
  const page = await browser.begin()
  for (const [field1, words] of [
    ['', 'API token is empty'],
    ['   ', 'API token is empty'],
    ['a\r\nx-role: admin', 'characters that no credential has'],
    ['a\u0000', 'characters that no credential has'],
    ['sécret', 'characters that no credential has'],
    ['a, b', 'characters that no credential has'],
    ['x'.repeat(5_000), 'too long'],
    [`acme_oat_${'x'.repeat(32)}`, 'a token of this gateway'],
    [`acme_pat_${'x'.repeat(32)}`, 'a token of this gateway'],
  ]) {
    const answer = await browser.submit(typedForm(page), { ...RIGHT, field1 })
    t.equal(answer.status, 400, JSON.stringify(field1))
    t.match(answer.html, words)
    t.match(answer.html, 'value="ada', 'who they are is filled in again')
  }
  t.equal(rooms.product.asked.length, 0)
})

t.test('what was copied along with a credential is left out', async t => {
  const rooms = createRooms()
  const browser = rooms.browser()
  const page = await browser.begin()
  await browser.submit(typedForm(page), { ...RIGHT, field1: ' s3cret\n' })
  t.match(
    rooms.product.asked[0]?.headers,
    { email: 'ada@acme.example', token: 's3cret' },
    'without what was copied along',
  )
})

t.test('a single field is the header Authorization', async t => {
  const way = { type: 'product', title: 'Tallybook', verify: { request: 'GET /me', subject: 'id' } }
  const rooms = createRooms({ oauth: { signIn: [way] } })
  const browser = rooms.browser()
  const page = await browser.begin()
  for (const typed of ['tally_1', 'Bearer tally_1', ' bearer  tally_1 ']) {
    await browser.submit(typedForm(page), { field0: typed })
    t.equal(rooms.product.asked.at(-1)?.headers.authorization, 'Bearer tally_1')
  }
  t.equal((await browser.submit(typedForm(page), { field0: 'two words' })).status, 400)
  t.match(
    JSON.stringify(await browser.submit(typedForm(page), { field0: `acme_oat_x` })),
    'token of this gateway',
  )
})

t.test('saying no on the sign-in page tells the client, and ends the flow', async t => {
  const rooms = createRooms()
  const browser = rooms.browser()
  const page = await browser.begin()
  const answer = await browser.submit(formWith(page, 'deny'), { decision: 'deny' })
  t.match(answer.location, 'error=access_denied')
  t.same(browser.cookies, {})
})

t.test(
  'N39: the forms of the sign-in page have tokens, too: nobody is signed in as somebody else',
  async t => {
    const rooms = createRooms()
    const browser = rooms.browser()
    const page = await browser.begin()
    const ended = { error: 'oauth_flow_ended' }
    t.match(await browser.submit(typedForm(page), { ...RIGHT, csrf: undefined }), ended)
    t.match(
      await browser.submit(typedForm(page), RIGHT, { headers: { origin: 'https://evil.example' } }),
      ended,
    )
    t.match(
      await browser.submit(typedForm(page), RIGHT, { headers: { 'sec-fetch-site': 'cross-site' } }),
      ended,
    )
    const consent = await rooms.browser().toConsent()
    t.match(await browser.submit(typedForm(page), { ...RIGHT, csrf: consent.forms[0]?.fields.csrf }), ended)
    t.match(await rooms.browser().submit(typedForm(page), RIGHT), ended)
    t.match(await browser.submit(typedForm(page), { ...RIGHT, way: 'other' }), {
      error: 'oauth_invalid_request',
    })
    t.equal(rooms.product.asked.length, 1, 'that of the other browser')
  },
)

t.test('the token of the sign-in page is not that of the consent page', async t => {
  const browser = createRooms().browser()
  const page = await browser.begin()
  const consent = await browser.follow(await browser.submit(typedForm(page), RIGHT))
  const csrf = page.forms[0]?.fields.csrf
  t.not(csrf, consent.forms[0]?.fields.csrf)
  t.match(await browser.submit(formWith(consent, 'approve'), { decision: 'approve', csrf }), {
    error: 'oauth_flow_ended',
  })
})

t.test('where there is nothing but a proxy, whom it names is asked to approve at once', async t => {
  const rooms = createRooms({ oauth: { signIn: [PROXY_WAY] } })
  const browser = rooms.browser()
  const options = { headers: { 'x-user': 'ada', 'x-roles': 'staff, admin' }, peer: '10.0.0.1' }
  const page = await browser.begin({}, options)
  t.match(page.html, 'ada')
  const answer = await browser.submit(formWith(page, 'approve'), { decision: 'approve' }, options)
  t.match(answer.location, 'code=')
  t.match(await rooms.grants.page({ limit: 1 }), [
    { subject: 'ada', roles: ['staff', 'admin'], way: 'proxy' },
  ])
})

t.test('a header that does not come from the proxy signs nobody in', async t => {
  const rooms = createRooms({ oauth: { signIn: [PROXY_WAY] } })
  const headers = { 'x-user': 'ada', 'x-forwarded-for': '10.0.0.1' }
  const outside = await rooms.browser('10.0.0.1').begin({}, { headers, peer: '192.0.2.1' })
  t.equal(outside.status, 403)
  t.match(outside.html, 'did not say who you are')
  const nobody = await rooms.browser().begin({}, { headers: {}, peer: '10.0.0.1' })
  t.equal(nobody.status, 403)
})

t.test('who is another one at the proxy in the meantime approves nothing as the first', async t => {
  const rooms = createRooms({ oauth: { signIn: [PROXY_WAY] } })
  const browser = rooms.browser()
  const as = (user: string) => ({ headers: { 'x-user': user }, peer: '10.0.0.1' })
  const page = await browser.begin({}, as('ada'))
  const answer = await browser.submit(formWith(page, 'approve'), { decision: 'approve' }, as('bob'))
  t.match(answer.location, /^\/oauth\/sign-in/)
  t.match((await browser.follow(answer, as('bob'))).html, 'bob')
  t.match(
    await browser.get(authorizePath(), { peer: '192.0.2.1' }),
    { location: /^\/oauth\/sign-in/ },
    'nor without the proxy',
  )
  t.same(await rooms.grants.page({ limit: 1 }), [])
})

t.test('somebody who wants to see their own connections signs in without any client', async t => {
  const rooms = createRooms()
  const browser = rooms.browser()
  const page = await browser.follow(await browser.get('/oauth/sign-in?next=connections'))
  t.match(page.html, 'To see which apps are connected')
  t.equal(formWith(page, 'deny'), undefined)
  const answer = await browser.submit(typedForm(page), RIGHT)
  t.match(answer, { status: 303, location: '/connections' })
  t.match(browser.cookies, { session: /^[\w-]{32}$/ })
  t.match(await browser.get('/oauth/sign-in?next=https://evil.example'), { error: 'oauth_flow_ended' })
  t.match(await browser.get('/oauth/sign-in'), { error: 'oauth_flow_ended' })
})

t.test('a flow without a client is none to approve', async t => {
  const browser = createRooms().browser()
  const begun = await browser.get('/oauth/sign-in?next=connections')
  t.match(await browser.get(begun.location?.replace('sign-in', 'consent') ?? ''), {
    error: 'oauth_flow_ended',
  })
})
