import t from 'tap'
import {
  ADA,
  ADA_BY_PRODUCT,
  approve,
  CALLBACK,
  CLIENT,
  connect,
  createRooms,
  DAY,
  MINUTE,
  post,
  RESOURCE,
  redemption,
  refreshing,
} from '../tokens/rooms.ts'

const BOB = { ...ADA, subject: 'bob', organization: undefined }

t.test('a grant has what was approved', async t => {
  const rooms = createRooms()
  const { grant } = await approve(rooms, { person: ADA_BY_PRODUCT })
  t.match(grant.id, /^gra_[\w-]{22}$/)
  const expected = {
    client: { id: CLIENT.id, name: CLIENT.name, origin: 'registered', host: undefined },
    subject: 'ada',
    organization: 'org-1',
    roles: ['accountant'],
    scopes: ['read:*', 'write:*'],
    resource: RESOURCE,
    redirectUri: CALLBACK,
    way: 'product',
    display: 'Ada',
    credential: 'crd_ada',
    createdAt: rooms.clock.now,
    usedAt: undefined,
    id: grant.id,
  }
  t.same(grant, expected)
  t.same(await rooms.grants.find(grant.id), expected)
  t.equal(await rooms.grants.find('gra_unknown'), undefined)
})

t.test('one whose code is never redeemed goes by itself', async t => {
  const rooms = createRooms()
  const { grant } = await approve(rooms)
  rooms.clock.now += 11 * MINUTE
  t.equal(await rooms.grants.find(grant.id), undefined)
  t.same(await rooms.grants.page({ limit: 10 }), [])
})

t.test('they are read by subject, by client, or all, page by page', async t => {
  const rooms = createRooms()
  const other = { ...CLIENT, id: 'cli_2' }
  const ids = { ada: [] as string[], bob: [] as string[] }
  for (let count = 0; count < 3; count++) {
    ids.ada.push((await approve(rooms)).grant.id)
    ids.bob.push((await approve(rooms, { person: BOB, client: other })).grant.id)
  }
  const read = async (query: { subject?: string; client?: string }) => {
    const found: string[] = []
    for (let after: string | undefined; ; ) {
      const page = await rooms.grants.page({ ...query, after, limit: 2 })
      found.push(...page.map(({ id }) => id))
      after = page.at(-1)?.id
      if (after === undefined || page.length < 2) return found
    }
  }
  t.same(await read({ subject: 'ada' }), ids.ada.toSorted())
  t.same(await read({ client: 'cli_2' }), ids.bob.toSorted())
  t.same(await read({}), [...ids.ada, ...ids.bob].toSorted())
  t.same(await read({ subject: 'ada', client: 'cli_2' }), [])
  t.same(await read({ subject: 'bob', client: 'cli_2' }), ids.bob.toSorted())
  const [first = ''] = ids.ada.toSorted()
  await rooms.grants.revoke(first)
  t.same(await read({ subject: 'ada' }), ids.ada.toSorted().slice(1))
})

t.test('revoking ends all of the family, for good', async t => {
  const rooms = createRooms()
  const { grant, access, refresh, code } = await connect(rooms, { person: ADA_BY_PRODUCT })
  const next = await post(rooms.token, refreshing(refresh))
  t.equal(await rooms.grants.revoke(grant), true)
  for (const token of [access, next.body.access_token]) t.equal(await rooms.principalOf(token), undefined)
  const ended = async () => {
    for (const token of [refresh, next.body.refresh_token])
      t.match(await post(rooms.token, refreshing(token)), { error: 'invalid_grant' })
    t.match(await post(rooms.token, redemption(code)), { error: 'invalid_grant' })
  }
  await ended()
  t.equal(await rooms.grants.revoke(grant), false, 'there is none any more')
  for (const kind of ['grant', 'code', 'refresh', 'given'])
    t.same(await rooms.store.pageRecords({ kind, limit: 10 }), [], kind)
  await rooms.store.liftRevocation('credential', grant)
  await ended()
})

t.test('an approved code can’t be redeemed once its grant was revoked', async t => {
  const rooms = createRooms()
  const { code, grant } = await approve(rooms)
  t.equal(await rooms.grants.revoke(grant.id), true)
  t.match(await post(rooms.token, redemption(code)), { error: 'invalid_grant' })
})

t.test('the word outlives every token, also where tokens live longer than refresh tokens', async t => {
  const rooms = createRooms({ oauth: { accessToken: '24d', refreshToken: '1m' } })
  const { grant, access } = await connect(rooms)
  await rooms.grants.revoke(grant)
  // A configuration that came later does not count.
  rooms.configure({})
  const until = rooms.store.revocations.find('credential', grant)?.until ?? 0
  t.ok(until >= rooms.clock.now + 25 * DAY)
  rooms.clock.now += 24 * DAY - 1
  t.equal(await rooms.principalOf(access), undefined)
})

t.test('a grant that nobody revoked is not hurt by words about others', async t => {
  const rooms = createRooms()
  const { refresh, access } = await connect(rooms)
  const { grant } = await approve(rooms)
  await rooms.grants.revoke(grant.id)
  const at = rooms.clock.now
  for (const kind of ['subject', 'client', 'organization'] as const)
    await rooms.store.revoke({
      kind,
      value: 'other',
      recheck: false,
      at,
      until: undefined,
      reason: undefined,
    })
  t.ok(await rooms.principalOf(access))
  t.equal((await post(rooms.token, refreshing(refresh))).status, 200)
})
