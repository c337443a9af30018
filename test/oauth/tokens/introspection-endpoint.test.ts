import t from 'tap'
import type { OAuthClient } from '../../../src/oauth/client.ts'
import {
  approve,
  CLIENT,
  connect,
  createRooms,
  type Form,
  ISSUER,
  MACHINE,
  MINUTE,
  post,
  RESOURCE,
  type Rooms,
  redemption,
} from './rooms.ts'

const ASKER: Form = { client_id: MACHINE.id, client_secret: '1_hcm' }
const SECRET = { method: 'client_secret', hash: '' } as const

const ask = (rooms: Rooms, token: unknown, more: Form = ASKER) =>
  post(rooms.introspection, { token: String(token), ...more })

t.test('an access token', async t => {
  const rooms = createRooms()
  const { access } = await connect(rooms)
  const seconds = Math.floor(rooms.clock.now / 1_000)
  const principal = await rooms.principalOf(access)
  t.match(await ask(rooms, access), { status: 200 })
  t.same((await ask(rooms, access)).body, {
    active: true,
    iss: ISSUER,
    sub: 'ada',
    aud: RESOURCE,
    client_id: CLIENT.id,
    scope: 'read:* write:*',
    token_type: 'Bearer',
    jti: principal?.credentialId,
    iat: seconds,
    exp: seconds + 3_600,
  })
})

t.test('a machine’s token', async t => {
  const rooms = createRooms()
  const { body } = await post(rooms.token, { ...ASKER, grant_type: 'client_credentials' })
  const seconds = Math.floor(rooms.clock.now / 1_000)
  const told = (await ask(rooms, body.access_token)).body
  t.match(told, { active: true, sub: 'nightly', client_id: MACHINE.id, aud: RESOURCE })
  t.match(told, { iat: seconds, exp: seconds + 900, jti: /^[0-9a-f-]{36}$/ })
})

t.test('what has ended, or is none, is not active, and nothing else is said', async t => {
  const rooms = createRooms()
  const { access, refresh, code, grant } = await connect(rooms)
  const inactive = async (token: unknown, what: string) =>
    t.same(await ask(rooms, token), { status: 200, body: { active: false }, error: undefined }, what)
  await inactive(refresh, 'a refresh token')
  await inactive(code, 'a code')
  for (const text of ['x', `${access}x`, access.slice(0, -1), ` ${access}`, 'a.b.c', '\u0000', '\u20ac'])
    await inactive(text, JSON.stringify(text))
  await rooms.grants.revoke(grant)
  await inactive(access, 'of a connection that was ended')
  const next = await connect(rooms)
  rooms.clock.now += 60 * MINUTE
  await inactive(next.access, 'expired')
})

t.test('clients that registered themselves are told about their own tokens only', async t => {
  const own: OAuthClient = { ...CLIENT, id: 'own', authentication: SECRET }
  const other: OAuthClient = { ...CLIENT, id: 'other', origin: 'document', authentication: SECRET }
  const rooms = createRooms({ clients: [own, other, MACHINE] })
  const { grants, token } = rooms
  const { code } = await approve({ grants }, { client: own })
  const form = redemption(code, { client_id: 'own', client_secret: 'nwo' })
  const { body } = await post(token, form)
  const told = async (client_id: string, client_secret: string) =>
    (await ask(rooms, body.access_token, { client_id, client_secret })).body.active
  t.equal(await told('own', 'nwo'), true)
  t.equal(await told('other', 'rehto'), false)
  t.equal(await told(MACHINE.id, '1_hcm'), true)
})

t.test('whoever does not prove who it is may not ask', async t => {
  const rooms = createRooms()
  const { access } = await connect(rooms)
  t.match(await ask(rooms, access, { client_id: CLIENT.id }), { status: 401, error: 'invalid_client' })
  t.match(await ask(rooms, access, { ...ASKER, client_secret: 'x' }), { status: 401 })
  t.match(await ask(rooms, ''), { status: 400, error: 'invalid_request' })
})

t.test('a store that can’t be asked is an error', async t => {
  const rooms = createRooms()
  const { access } = await connect(rooms)
  const down = new Error('down')
  rooms.store.findToken = () => Promise.reject(down)
  await t.rejects(ask(rooms, access), down)
})
