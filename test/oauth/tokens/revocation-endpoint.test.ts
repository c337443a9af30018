import t from 'tap'
import {
  CLIENT,
  connect,
  createRooms,
  type Form,
  MACHINE,
  MINUTE,
  post,
  RESOURCE,
  type Rooms,
  refreshing,
} from './rooms.ts'

const revoke = (rooms: Rooms, token: unknown, more: Form = {}) =>
  post(rooms.revocation, { client_id: CLIENT.id, token: String(token), ...more })

t.test('an access token ends alone', async t => {
  const rooms = createRooms()
  const { access, refresh, grant } = await connect(rooms)
  t.equal((await revoke(rooms, access, { token_type_hint: 'refresh_token' })).status, 200)
  t.equal(await rooms.principalOf(access), undefined)
  t.equal((await post(rooms.token, refreshing(refresh))).status, 200)
  t.match(rooms.events.at(1), {
    type: 'revoked',
    client: CLIENT.id,
    subject: 'ada',
    grant,
    from: '192.0.2.1',
  })
})

t.test('a refresh token ends the connection, also one that was spent', async t => {
  for (const isSpent of [false, true]) {
    const rooms = createRooms()
    const { access, refresh, grant } = await connect(rooms)
    const next = isSpent ? await post(rooms.token, refreshing(refresh)) : undefined
    rooms.clock.now += MINUTE
    t.equal((await revoke(rooms, refresh, { token_type_hint: 'no such' })).status, 200)
    t.equal(await rooms.principalOf(access), undefined)
    if (next) t.equal(await rooms.principalOf(next.body.access_token), undefined)
    t.equal(await rooms.grants.find(grant), undefined)
    t.match(await post(rooms.token, refreshing(refresh)), { error: 'invalid_grant' })
  }
})

t.test('of another client, unknown or no token: 200, and nothing is revoked', async t => {
  const rooms = createRooms()
  const { access, refresh, code } = await connect(rooms)
  const events = rooms.events.length
  for (const token of [access, refresh])
    t.equal((await revoke(rooms, token, { client_id: 'cli_2' })).status, 200)
  for (const token of ['x', 'acme_oat_x', 'acme_ort_x', code, 'a.b.c', '\u0000', 'x'.repeat(9_000)])
    t.equal((await revoke(rooms, token)).status, 200, token.slice(0, 20))
  t.ok(await rooms.principalOf(access))
  t.equal((await post(rooms.token, refreshing(refresh))).status, 200)
  t.same(
    rooms.events.slice(events).filter(({ type }) => type === 'revoked'),
    [],
  )
})

t.test('a machine’s token ends with the next request', async t => {
  const rooms = createRooms()
  const machine: Form = { client_id: MACHINE.id, client_secret: '1_hcm' }
  const ask: Form = { ...machine, grant_type: 'client_credentials', resource: RESOURCE }
  const { body } = await post(rooms.token, ask)
  t.equal((await revoke(rooms, body.access_token)).status, 200, 'another client')
  t.ok(await rooms.principalOf(body.access_token))
  t.equal((await revoke(rooms, body.access_token, machine)).status, 200)
  t.equal(await rooms.principalOf(body.access_token), undefined)
  t.ok(await rooms.principalOf((await post(rooms.token, ask)).body.access_token), 'another one is good')
})

t.test('who does not prove who it is, or sends no token, is told so', async t => {
  const rooms = createRooms()
  t.match(await revoke(rooms, 'x', { client_id: 'unknown' }), { status: 401, error: 'invalid_client' })
  t.match(await revoke(rooms, ''), { status: 400, error: 'invalid_request' })
})

t.test('a store that can’t be asked is an error: the token may still be good', async t => {
  const rooms = createRooms()
  const { access, refresh } = await connect(rooms)
  const down = Object.assign(new Error('down'))
  rooms.store.revokeToken = () => Promise.reject(down)
  await t.rejects(revoke(rooms, access), down)
  rooms.store.getRecord = () => Promise.reject(down)
  await t.rejects(revoke(rooms, refresh), down)
})
