import t from 'tap'
import {
  ADA,
  ADA_BY_PRODUCT,
  CLIENT,
  connect,
  createRooms,
  DAY,
  MINUTE,
  post,
  RESOURCE,
  type Rooms,
  refreshing,
} from './rooms.ts'

const REUSED = (rooms: Rooms) => rooms.events.filter(({ type }) => type === 'reuse_detected').length

t.test('each use gives another pair', async t => {
  const rooms = createRooms()
  const first = await connect(rooms)
  rooms.clock.now += 30 * MINUTE
  const { status, body } = await post(rooms.token, refreshing(first.refresh))
  t.equal(status, 200)
  t.match(body, {
    access_token: /^acme_oat_/,
    refresh_token: /^acme_ort_/,
    token_type: 'Bearer',
    expires_in: 3_600,
    scope: 'read:* write:*',
  })
  t.not(body.access_token, first.access)
  t.not(body.refresh_token, first.refresh)
  t.ok(await rooms.principalOf(first.access), 'the earlier access token lives as long as it said')
  t.match(await rooms.principalOf(body.access_token), { restsOn: [first.grant], client: CLIENT.id })
  t.equal((await rooms.grants.find(first.grant))?.usedAt, rooms.clock.now)
  t.equal((await post(rooms.token, refreshing(body.refresh_token))).status, 200)
})

t.test('within the grace a used token gives another pair, for parallel sessions', async t => {
  const rooms = createRooms()
  const { refresh } = await connect(rooms)
  const one = await post(rooms.token, refreshing(refresh))
  rooms.clock.now += 9_999
  const other = await post(rooms.token, refreshing(refresh))
  t.equal(other.status, 200)
  rooms.clock.now += MINUTE
  t.equal((await post(rooms.token, refreshing(one.body.refresh_token))).status, 200)
  t.equal((await post(rooms.token, refreshing(other.body.refresh_token))).status, 200)
  t.equal(REUSED(rooms), 0)
})

t.test('after the grace its reuse ends the whole connection', async t => {
  const rooms = createRooms()
  const { refresh, access, grant } = await connect(rooms)
  const next = await post(rooms.token, refreshing(refresh))
  rooms.clock.now += 10_000
  t.match(await post(rooms.token, refreshing(refresh)), { status: 400, error: 'invalid_grant' })
  t.equal(REUSED(rooms), 1)
  for (const token of [access, next.body.access_token]) t.equal(await rooms.principalOf(token), undefined)
  t.match(await post(rooms.token, refreshing(next.body.refresh_token)), { error: 'invalid_grant' })
  t.equal(await rooms.grants.find(grant), undefined)
})

t.test('the grace counts from the first use, and can be none', async t => {
  const rooms = createRooms({ oauth: { refreshGrace: 0 } })
  const { refresh } = await connect(rooms)
  t.equal((await post(rooms.token, refreshing(refresh))).status, 200)
  t.match(await post(rooms.token, refreshing(refresh)), { error: 'invalid_grant' })
  const patient = createRooms()
  const connected = await connect(patient)
  for (const wait of [0, 6_000]) {
    patient.clock.now += wait
    t.equal((await post(patient.token, refreshing(connected.refresh))).status, 200)
  }
  patient.clock.now += 6_000
  t.match(await post(patient.token, refreshing(connected.refresh)), { error: 'invalid_grant' })
})

t.test('50 at once all get a pair', async t => {
  const rooms = createRooms()
  const { refresh } = await connect(rooms, { person: ADA_BY_PRODUCT })
  const answers = await Promise.all(Array.from({ length: 50 }, () => post(rooms.token, refreshing(refresh))))
  t.same(new Set(answers.map(({ status }) => status)), new Set([200]))
  const tokens = new Set(answers.map(({ body }) => body.refresh_token))
  t.equal(tokens.size, 50)
  for (const token of tokens) t.equal((await post(rooms.token, refreshing(token))).status, 200)
})

t.test('a slow product makes no thieves of those who wait for it', async t => {
  const rooms = createRooms()
  const { refresh } = await connect(rooms, { person: ADA_BY_PRODUCT })
  const quick = rooms.surroundings.verifyWithProduct()
  let other: Awaited<ReturnType<typeof post>> | undefined
  const slow: typeof quick = async question => {
    Object.assign(rooms.surroundings, { verifyWithProduct: () => quick })
    other = await post(rooms.token, refreshing(refresh))
    rooms.clock.now += 30_000
    return quick(question)
  }
  Object.assign(rooms.surroundings, { verifyWithProduct: () => slow })
  t.equal((await post(rooms.token, refreshing(refresh))).status, 200)
  t.equal(other?.status, 200)
  t.equal((await post(rooms.token, refreshing(other?.body.refresh_token))).status, 200)
  t.match(await post(rooms.token, refreshing(refresh)), { error: 'invalid_grant' }, 'who comes now is late')
})

t.test('a refresh token lives for 30 days from its last use', async t => {
  const rooms = createRooms()
  let { refresh, grant } = await connect(rooms)
  for (let month = 0; month < 3; month++) {
    rooms.clock.now += 29 * DAY
    const { status, body } = await post(rooms.token, refreshing(refresh))
    t.equal(status, 200)
    refresh = String(body.refresh_token)
  }
  t.ok(await rooms.grants.find(grant))
  rooms.clock.now += 30 * DAY
  t.match(await post(rooms.token, refreshing(refresh)), { error: 'invalid_grant' })
  rooms.clock.now += MINUTE * 5
  t.equal(await rooms.grants.find(grant), undefined)
})

t.test('where a connection has a longest age it ends then, however often it is used', async t => {
  const rooms = createRooms({ oauth: { connection: 10 * DAY } })
  let { refresh, grant } = await connect(rooms)
  for (const days of [4, 4, 1.99]) {
    rooms.clock.now += days * DAY
    const { status, body } = await post(rooms.token, refreshing(refresh))
    t.equal(status, 200)
    refresh = String(body.refresh_token)
    const { access_token: access, expires_in: left } = body
    t.ok(await rooms.principalOf(access))
    if (days === 1.99) t.ok(Number(left) <= (0.01 * DAY) / 1_000, 'its last token lives no longer')
  }
  rooms.clock.now += 0.02 * DAY
  t.match(await post(rooms.token, refreshing(refresh)), { status: 400, error: 'invalid_grant' })
  t.equal(await rooms.grants.find(grant), undefined)
})

t.test('whoever is not the client gets nothing, and spends nothing', async t => {
  const rooms = createRooms()
  const { refresh, access, code } = await connect(rooms)
  t.match(await post(rooms.token, refreshing(refresh, { client_id: 'cli_2' })), { error: 'invalid_grant' })
  for (const other of [access, code, 'acme_ort_made_up', '']) {
    const answer = await post(rooms.token, refreshing(other))
    t.match(answer, { status: 400, error: other === '' ? 'invalid_request' : 'invalid_grant' })
  }
  t.equal((await post(rooms.token, refreshing(refresh))).status, 200)
  rooms.clock.now += MINUTE
  t.match(await post(rooms.token, refreshing(refresh, { client_id: 'cli_2' })), { error: 'invalid_grant' })
  t.equal(REUSED(rooms), 0, 'another client can’t end the connection either')
  t.ok(await rooms.principalOf(access))
})

t.test('scope and resource: fewer, never others', async t => {
  const rooms = createRooms()
  const { refresh } = await connect(rooms, { scopes: ['read:*'] })
  for (const scope of ['read:* write:*', 'manage:*', '*', 'read:invoices admin', 'read:*"']) {
    t.match(await post(rooms.token, refreshing(refresh, { scope })), { status: 400, error: 'invalid_scope' })
  }
  for (const resource of [`${RESOURCE}-other`, 'https://mcp.acme.example/', 'https://evil.example/mcp']) {
    t.match(await post(rooms.token, refreshing(refresh, { resource })), { error: 'invalid_target' })
  }
  const habit = await post(rooms.token, refreshing(refresh, { scope: 'openid read:* offline_access' }))
  t.match(habit, { status: 200, body: { scope: 'read:*' } }, 'what clients ask for by habit means nothing')
  t.equal((await post(rooms.token, refreshing(refresh, { resource: `${RESOURCE}/` }))).status, 200)
})

t.test('a narrower access token does not narrow the connection', async t => {
  const rooms = createRooms()
  const { refresh } = await connect(rooms)
  const narrow = await post(rooms.token, refreshing(refresh, { scope: 'read:*' }))
  t.equal(narrow.body.scope, 'read:*')
  t.same((await rooms.principalOf(narrow.body.access_token))?.scopes, ['read:*'])
  const next = await post(rooms.token, refreshing(narrow.body.refresh_token))
  t.equal(next.body.scope, 'read:* write:*')
})

t.test('what the configuration or the client lost, the token loses', async t => {
  const rooms = createRooms()
  const { refresh } = await connect(rooms)
  rooms.configure({ oauth: { scopes: ['read:*'] } })
  t.equal((await post(rooms.token, refreshing(refresh))).body.scope, 'read:*')
  rooms.configure({ oauth: { scopes: ['manage:payroll'] } })
  t.match(await post(rooms.token, refreshing(refresh, { scope: 'write:*' })), { error: 'invalid_scope' })
  rooms.configure({ config: { servers: [{ path: '/elsewhere' }] } })
  t.match(await post(rooms.token, refreshing(refresh)), { error: 'invalid_target' })
  rooms.configure({})
  t.equal((await post(rooms.token, refreshing(refresh))).status, 200, 'and nothing was spent')
})

t.test('ways of signing in that are gone, or let others in now', async t => {
  const rooms = createRooms()
  const { refresh } = await connect(rooms)
  const proxy = { type: 'proxy', from: ['127.0.0.1'], subject: 'X-User' }
  rooms.configure({ oauth: { signIn: [{ ...proxy, name: 'other' }] } })
  t.match(await post(rooms.token, refreshing(refresh)), { error: 'invalid_grant' })
  rooms.configure({ oauth: { signIn: [{ ...proxy, when: '"boss" in principal.roles' }] } })
  t.match(await post(rooms.token, refreshing(refresh)), { error: 'invalid_grant' })
  rooms.configure({ oauth: { signIn: [{ ...proxy, when: '"accountant" in principal.roles' }] } })
  t.equal((await post(rooms.token, refreshing(refresh))).status, 200)
  rooms.configure({ oauth: { signIn: [{ ...proxy, grant: ['read:invoices'] }] } })
  t.equal((await post(rooms.token, refreshing(refresh))).body.scope, 'read:invoices')
})

t.test('the limits of the person at approval go on', async t => {
  const rooms = createRooms()
  const { refresh } = await connect(rooms, { person: { ...ADA, scopes: ['read:*', 'write:contacts'] } })
  t.equal((await post(rooms.token, refreshing(refresh))).body.scope, 'read:* write:contacts')
})

t.test('the product is asked again', async t => {
  const rooms = createRooms()
  const { refresh } = await connect(rooms, { person: ADA_BY_PRODUCT })
  t.equal(rooms.product.asked, 0)
  const next = await post(rooms.token, refreshing(refresh))
  t.equal(next.status, 200)
  t.equal(rooms.product.asked, 1)

  rooms.product.answer = {
    status: 200,
    body: { id: 'ada', org: 'org-2', roles: ['clerk'], scopes: ['read:*'] },
  }
  const narrowed = await post(rooms.token, refreshing(next.body.refresh_token))
  t.equal(narrowed.body.scope, 'read:*', 'a scope that the person lost leaves the token')
  t.match(await rooms.principalOf(narrowed.body.access_token), {
    roles: ['clerk'],
    organization: 'org-2',
    scopes: ['read:*'],
  })

  rooms.product.answer = { status: 200, body: { id: 'ada', org: 'org-1', roles: [], scopes: ['*'] } }
  const again = await post(rooms.token, refreshing(narrowed.body.refresh_token))
  t.equal(again.body.scope, 'read:* write:*', 'and comes back with them')
})

t.test('a product that can’t be asked spends nothing', async t => {
  const rooms = createRooms()
  const { refresh, access } = await connect(rooms, { person: ADA_BY_PRODUCT })
  const { answer } = rooms.product
  rooms.product.answer = undefined
  t.match(await post(rooms.token, refreshing(refresh)), { status: 503, error: 'temporarily_unavailable' })
  rooms.product.answer = { status: 500, body: {} }
  t.match(await post(rooms.token, refreshing(refresh)), { status: 503 })
  rooms.clock.now += 20 * MINUTE
  rooms.product.answer = answer
  t.equal((await post(rooms.token, refreshing(refresh))).status, 200, 'no reuse')
  t.ok(await rooms.principalOf(access))
})

t.test('a refused credential, or one of somebody else now, ends the connection', async t => {
  for (const answer of [
    { status: 401, body: {} },
    { status: 200, body: { id: 'bob', roles: [], scopes: ['*'] } },
  ]) {
    const rooms = createRooms()
    const { refresh, access, grant } = await connect(rooms, { person: ADA_BY_PRODUCT })
    rooms.product.answer = answer
    t.match(await post(rooms.token, refreshing(refresh)), { status: 400, error: 'invalid_grant' })
    t.equal(await rooms.principalOf(access), undefined)
    t.equal(await rooms.grants.find(grant), undefined)
    t.match(
      rooms.events.find(({ type }) => type === 'revoked'),
      { grant, client: CLIENT.id, subject: 'ada' },
    )
  }
})

t.test('the sealed credential is kept no longer than the spent token may be used', async t => {
  const rooms = createRooms()
  const { refresh } = await connect(rooms, { person: ADA_BY_PRODUCT })
  await post(rooms.token, refreshing(refresh))
  const sealed = async () => (await rooms.store.pageRecords({ kind: 'given', limit: 10 })).length
  t.equal(await sealed(), 2)
  rooms.clock.now += 2 * MINUTE
  t.equal(await sealed(), 1)
  const spent = await rooms.store.pageRecords({ kind: 'refresh', limit: 10 })
  t.equal(spent.length, 2, 'while its reuse is still noticed')
})

t.test(
  'a word about the product’s credential, or all of somebody’s, ends the connection for good',
  async t => {
    const words = [
      { kind: 'credential', value: 'crd_ada' },
      { kind: 'subject', value: 'ada' },
      { kind: 'organization', value: 'org-1' },
      { kind: 'client', value: CLIENT.id },
    ] as const
    for (const word of words) {
      const rooms = createRooms()
      const { refresh, grant } = await connect(rooms, { person: ADA_BY_PRODUCT })
      const said = { ...word, recheck: false, at: rooms.clock.now, until: undefined, reason: undefined }
      await rooms.store.revoke(said)
      t.match(await post(rooms.token, refreshing(refresh)), { error: 'invalid_grant' }, word.kind)
      t.equal(await rooms.grants.find(grant), undefined)
      t.same(await rooms.grants.page({ limit: 10 }), [])
      if (word.kind === 'credential') continue
      const later = await connect(rooms, { person: ADA })
      t.ok(await rooms.principalOf(later.access), 'who connects anew is younger than the word')
      t.equal((await post(rooms.token, refreshing(later.refresh))).status, 200)
    }
  },
)

t.test('a store that is lost in between spends nothing', async t => {
  const rooms = createRooms()
  const { refresh } = await connect(rooms)
  const { createToken, commit } = rooms.store
  const down = () => rooms.store.getRecord('x:y').then(() => Promise.reject(DOWN))
  const DOWN = Object.assign(new Error('down'))
  rooms.store.createToken = down
  await t.rejects(post(rooms.token, refreshing(refresh)), DOWN)
  rooms.store.createToken = createToken
  rooms.store.commit = down
  await t.rejects(post(rooms.token, refreshing(refresh)), DOWN)
  rooms.store.commit = commit
  rooms.clock.now += MINUTE
  t.equal((await post(rooms.token, refreshing(refresh))).status, 200, 'it is not taken for reuse')
  t.equal(REUSED(rooms), 0)
})
