import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import t, { type Test } from 'tap'
import type { OAuthClient } from '../../../src/oauth/client.ts'
import {
  createRooms,
  type Form,
  ISSUER,
  MACHINE,
  MINUTE,
  post,
  RESOURCE,
  type Rooms,
  refreshing,
} from './rooms.ts'

const GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
const IDP = 'https://id.acme.example'
const own = await generateKeyPair('ES256')
const foreign = await generateKeyPair('ES256')

/** An identity provider whose keys can be fetched, and a client that may bring its assertions. */
async function start(t: Test, provider: object = {}, client: Partial<OAuthClient> = {}) {
  const jwk = { ...(await exportJWK(own.publicKey)), kid: 'k1', alg: 'ES256', use: 'sig' }
  let isDown = false
  const server = createServer((_, response) => {
    response.statusCode = isDown ? 500 : 200
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ keys: [jwk] }))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  const jwks = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`
  const identityProviders = [
    { issuer: IDP, jwks, organization: 'org', roles: 'groups', ...provider },
    { issuer: 'https://other.example', jwks },
  ]
  const rooms = createRooms({
    oauth: { identityProviders },
    clients: [
      { ...MACHINE, scopes: undefined, ...client },
      { ...MACHINE, id: 'mch_2' },
    ],
  })
  let count = 0
  const assertion = (
    claims: JWTPayload = {},
    { header = {}, key = own.privateKey }: { header?: object; key?: typeof own.privateKey } = {},
  ) => {
    const iat = Math.floor(rooms.clock.now / 1_000)
    return new SignJWT({
      iss: IDP,
      sub: 'ada',
      aud: ISSUER,
      client_id: MACHINE.id,
      resource: RESOURCE,
      scope: 'read:* write:*',
      jti: `jti-${++count}`,
      iat,
      exp: iat + 300,
      org: 'org-1',
      groups: ['accountant'],
      ...claims,
    })
      .setProtectedHeader({ alg: 'ES256', typ: 'oauth-id-jag+jwt', kid: 'k1', ...header })
      .sign(key)
  }
  return { rooms, assertion, setDown: (down: boolean) => (isDown = down) }
}

function form(assertion: string, more: Form = {}): Form {
  return { grant_type: GRANT, client_id: MACHINE.id, client_secret: '1_hcm', assertion, ...more }
}

t.test('an assertion gives an access token, and a grant that can be revoked', async t => {
  const { rooms, assertion } = await start(t)
  const { status, body } = await post(rooms.token, form(await assertion()))
  t.equal(status, 200)
  t.same(Object.keys(body).sort(), ['access_token', 'expires_in', 'scope', 'token_type'])
  t.match(body, { expires_in: 3_600, scope: 'read:* write:*', token_type: 'Bearer' })
  t.match(await rooms.principalOf(body.access_token), {
    subject: 'ada',
    organization: 'org-1',
    roles: ['accountant'],
    scopes: ['read:*', 'write:*'],
    client: MACHINE.id,
    audience: [RESOURCE],
  })
  const [grant] = await rooms.grants.page({ subject: 'ada', limit: 2 })
  t.match(grant, { way: undefined, redirectUri: undefined, resource: RESOURCE, client: { id: MACHINE.id } })
  await rooms.grants.revoke(grant?.id ?? '')
  t.equal(await rooms.principalOf(body.access_token), undefined)
  t.match(await post(rooms.token, refreshing(body.access_token)), { status: 401 })
})

t.test('it is good once; of 50 at once, for one', async t => {
  const { rooms, assertion } = await start(t)
  const once = await assertion()
  const answers = await Promise.all(Array.from({ length: 50 }, () => post(rooms.token, form(once))))
  t.equal(answers.filter(({ status }) => status === 200).length, 1)
  t.equal(answers.filter(({ error }) => error === 'invalid_grant').length, 49)
  rooms.clock.now += 5 * MINUTE + 29_000
  t.match(await post(rooms.token, form(once)), { error: 'invalid_grant' }, 'while it lasts')
  rooms.clock.now += 2 * MINUTE
  const again = await assertion({ jti: 'jti-1' })
  t.match(await post(rooms.token, form(again)), { status: 200 }, 'then its id may be used anew')
})

t.test(
  'what is not bound to this server, this client and this moment is refused, and spends no id',
  async t => {
    const { rooms, assertion } = await start(t)
    const now = Math.floor(rooms.clock.now / 1_000)
    const jti = 'the-one'
    const wrong: Record<string, Promise<string>> = {
      'another type': assertion({ jti }, { header: { typ: 'JWT' } }),
      'no type': assertion({ jti }, { header: { typ: undefined } }),
      'an access token': assertion({ jti }, { header: { typ: 'at+jwt' } }),
      'another audience': assertion({ jti, aud: 'https://other.example' }),
      'the resource as audience': assertion({ jti, aud: RESOURCE }),
      'several audiences': assertion({ jti, aud: [ISSUER, 'https://other.example'] }),
      'no audience': assertion({ jti, aud: undefined }),
      'another client': assertion({ jti, client_id: 'mch_2' }),
      'no client': assertion({ jti, client_id: undefined }),
      'an unknown issuer': assertion({ jti, iss: 'https://evil.example' }),
      expired: assertion({ jti, iat: now - 400, exp: now - 31 }),
      'no expiry': assertion({ jti, exp: undefined }),
      'no time of issue': assertion({ jti, iat: undefined }),
      'issued in the future': assertion({ jti, iat: now + 60, exp: now + 300 }),
      'issued long ago': assertion({ jti, iat: now - 7_200, exp: now + 300 }),
      'not yet valid': assertion({ jti, nbf: now + 60 }),
      'no id': assertion({ jti: undefined }),
      'no subject': assertion({ jti, sub: undefined }),
      'no resource': assertion({ jti, resource: undefined }),
      'two resources': assertion({ jti, resource: [RESOURCE, `${ISSUER}/mcp-other`] }),
      'bound to a key': assertion({ jti, cnf: { jkt: 'x' } }),
      'signed with another key': assertion({ jti }, { key: foreign.privateKey }),
      'no JWT': Promise.resolve('x.y.z'),
    }
    for (const [what, text] of Object.entries(wrong)) {
      t.match(await post(rooms.token, form(await text)), { status: 400, error: 'invalid_grant' }, what)
    }
    const target = await assertion({ jti, resource: 'https://evil.example/mcp' })
    t.match(await post(rooms.token, form(target)), { error: 'invalid_target' })
    const right = await assertion({ jti })
    const elsewhere = form(right, { resource: `${ISSUER}/mcp-other` })
    t.match(await post(rooms.token, elsewhere), { error: 'invalid_target' })
    t.match(await post(rooms.token, form(right, { scope: 'payroll' })), { error: 'invalid_scope' })
    t.match(await post(rooms.token, form(right, { client_id: 'mch_2', client_secret: '2_hcm' })), {
      error: 'invalid_grant',
    })
    t.match(await post(rooms.token, form(right, { client_secret: 'x' })), { status: 401 })
    t.same(await rooms.store.pageRecords({ kind: 'used', limit: 9 }), [])
    t.same(await rooms.store.pageRecords({ kind: 'grant', limit: 9 }), [])
    t.match(await post(rooms.token, form(right)), { status: 200 })
  },
)

t.test('without signature it is nothing', async t => {
  const { rooms, assertion } = await start(t)
  const [, payload] = (await assertion()).split('.')
  const header = Buffer.from(JSON.stringify({ alg: 'none', typ: 'oauth-id-jag+jwt' })).toString('base64url')
  t.match(await post(rooms.token, form(`${header}.${payload}.`)), { error: 'invalid_grant' })
})

t.test('scopes: what is asked for, asserted and allowed', async t => {
  const { rooms, assertion } = await start(t, { grant: ['read:*', 'write:invoices'] })
  const scopeOf = async (claims: JWTPayload, more: Form = {}) =>
    (await post(rooms.token, form(await assertion(claims), more))).body.scope
  t.equal(await scopeOf({}), 'read:* write:invoices')
  t.equal(await scopeOf({}, { scope: 'write:invoices' }), 'write:invoices')
  t.equal(await scopeOf({ scope: 'read:invoices' }, { scope: 'read:* write:*' }), 'read:invoices')
  t.equal(await scopeOf({ scope: undefined }), 'read:* write:invoices', 'the provider sets no limit')
  t.equal(await scopeOf({ scope: '' }), undefined, 'or says that there is nothing')
})

t.test('only for clients that prove who they are, and that the provider is for', async t => {
  const open = await start(t, {}, { authentication: { method: 'none' } })
  const text = await open.assertion()
  t.match(await post(open.rooms.token, form(text, { client_secret: undefined })), {
    error: 'unauthorized_client',
  })
  const other = await start(t, { clients: ['mch_2'] })
  t.match(await post(other.rooms.token, form(await other.assertion())), { error: 'invalid_grant' })
})

t.test('a provider that can’t be asked spends nothing', async t => {
  const { rooms, assertion, setDown } = await start(t)
  setDown(true)
  const text = await assertion()
  t.match(await post(rooms.token, form(text)), { status: 503, error: 'temporarily_unavailable' })
  setDown(false)
  rooms.clock.now += 3_000
  t.equal((await post(rooms.token, form(text))).status, 200)
})

t.test('a word that is said meanwhile ends it', async t => {
  const { rooms, assertion } = await start(t)
  const { createToken } = rooms.store
  const revoke = async (of: Rooms) => {
    const word = { recheck: false, at: of.clock.now, until: undefined, reason: undefined }
    await of.store.revoke({ kind: 'subject', value: 'ada', ...word })
  }
  rooms.store.createToken = async record => {
    await revoke(rooms)
    return createToken(record)
  }
  t.match(await post(rooms.token, form(await assertion())), { error: 'invalid_grant' })
})
