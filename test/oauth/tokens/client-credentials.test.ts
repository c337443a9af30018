import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import t from 'tap'
import type { OAuthClient } from '../../../src/oauth/client.ts'
import { CLIENT, createRooms, type Form, ISSUER, MACHINE, MINUTE, post, RESOURCE } from './rooms.ts'

const FORM: Form = {
  grant_type: 'client_credentials',
  client_id: MACHINE.id,
  client_secret: '1_hcm',
  resource: RESOURCE,
}

t.test('a machine gets a JWT of a quarter of an hour, and no refresh token', async t => {
  const rooms = createRooms()
  const { status, body } = await post(rooms.token, FORM)
  t.equal(status, 200)
  t.same(Object.keys(body).sort(), ['access_token', 'expires_in', 'scope', 'token_type'])
  t.match(body, { token_type: 'Bearer', expires_in: 900, scope: 'read:invoices write:invoices' })
  const token = String(body.access_token)
  t.match(decodeProtectedHeader(token), { alg: 'ES256', typ: 'at+jwt', kid: String })
  const { payload } = await jwtVerify(token, createLocalJWKSet(rooms.signing.published), {
    issuer: ISSUER,
    audience: RESOURCE,
    currentDate: new Date(rooms.clock.now),
  })
  t.match(payload, {
    sub: 'nightly',
    client_id: MACHINE.id,
    scope: 'read:invoices write:invoices',
    org: 'org-1',
    roles: ['robot'],
    jti: /^[\w-]{36}$/,
  })
  t.equal(payload.exp, (payload.iat ?? 0) + 900)
  t.match(await rooms.principalOf(token), {
    subject: 'nightly',
    organization: 'org-1',
    roles: ['robot'],
    client: MACHINE.id,
    audience: [RESOURCE],
    credentialId: `jti_${payload.jti}`,
  })
  t.match(rooms.events, [{ type: 'token_issued', client: MACHINE.id, subject: 'nightly', grant: undefined }])
  rooms.clock.now += 15 * MINUTE + 5_000
  t.equal(await rooms.principalOf(token), undefined)
})

t.test('scopes are narrowed, never broadened', async t => {
  const rooms = createRooms()
  const scopeOf = async (scope: string | undefined) => {
    const { body, error } = await post(rooms.token, { ...FORM, scope })
    return error ?? body.scope
  }
  t.equal(await scopeOf('read:invoices'), 'read:invoices')
  t.equal(await scopeOf('*'), 'write:invoices', 'which includes reading them')
  t.equal(await scopeOf('read:*'), 'read:invoices', 'of what the metadata offers, its own part')
  t.equal(await scopeOf('read:* write:* manage:*'), 'read:invoices write:invoices')
  t.equal(await scopeOf('read:contacts'), 'invalid_scope')
  t.equal(await scopeOf('\t'), 'invalid_scope')
})

t.test('a machine without limits gets what is offered, and no more', async t => {
  const client: OAuthClient = { ...MACHINE, scopes: undefined }
  const rooms = createRooms({ clients: [client], oauth: { scopes: ['read:*'] } })
  t.equal((await post(rooms.token, FORM)).body.scope, 'read:*')
  t.equal((await post(rooms.token, { ...FORM, scope: 'write:*' })).body.scope, 'read:*')
  t.equal((await post(rooms.token, { ...FORM, scope: 'payroll' })).error, 'invalid_scope')
})

t.test('it is for one server that takes such tokens', async t => {
  const rooms = createRooms()
  for (const resource of [`${ISSUER}/closed`, `${ISSUER}/x`, ISSUER, 'https://evil.example/mcp'])
    t.match(
      await post(rooms.token, { ...FORM, resource }),
      { status: 400, error: 'invalid_target' },
      resource,
    )
  const other = await post(rooms.token, { ...FORM, resource: 'HTTPS://MCP.acme.example/mcp-other/' })
  t.same((await rooms.principalOf(other.body.access_token))?.audience, [`${ISSUER}/mcp-other`])
  const first = await post(rooms.token, { ...FORM, resource: undefined })
  t.same((await rooms.principalOf(first.body.access_token))?.audience, [RESOURCE], 'the first by default')
})

t.test('nobody else gets any', async t => {
  const granted = new Set(['client_credentials'] as const)
  const clients: OAuthClient[] = [
    { ...MACHINE, id: 'public', authentication: { method: 'none' } },
    { ...MACHINE, id: 'configured', origin: 'configured', acts: undefined },
    { ...MACHINE, id: 'nobody', acts: undefined },
    { ...CLIENT, id: 'registered', grantTypes: granted },
    { ...MACHINE, id: 'other', grantTypes: new Set(['authorization_code'] as const) },
  ]
  const rooms = createRooms({ clients })
  for (const { id, authentication } of clients) {
    const secret = authentication.method === 'none' ? undefined : [...id].reverse().join('')
    const answer = await post(rooms.token, { ...FORM, client_id: id, client_secret: secret })
    t.match(answer, { status: 400, error: 'unauthorized_client' }, id)
  }
  t.match(await post(rooms.token, { ...FORM, client_id: 'public', client_secret: 'x' }), {
    status: 401,
    error: 'invalid_client',
  })
  const unsigned = createRooms({ signing: false })
  t.match(await post(unsigned.token, FORM), { error: 'unauthorized_client' })
})

t.test('a client that is disabled while it asks gets none that could outlive that', async t => {
  const rooms = createRooms()
  const { sign } = rooms.signing
  const signing = {
    ...rooms.signing,
    sign: async (...args: Parameters<typeof sign>) => {
      const at = rooms.clock.now - 10_000
      const word = { recheck: false, at, until: undefined, reason: undefined }
      await rooms.store.revoke({ kind: 'client', value: MACHINE.id, ...word })
      return sign(...args)
    },
  }
  Object.assign(rooms.surroundings, { signing: () => signing })
  t.match(await post(rooms.token, FORM), { status: 401, error: 'invalid_client' })
})
