/** Dynamic registration (RFC 7591): known clients, what is refused, floods (N77, N78). */
import t from 'tap'
import { SHAPES } from '../../clients/shapes/all-shapes.ts'
import { codeOf, setUp } from './fixtures.ts'

const GOOD = { client_name: 'Tool', redirect_uris: ['http://localhost:8080/callback'] }
const DAY = 86_400_000

/** The registration of a shape with its placeholders filled in. */
function filled(registration: object): Record<string, unknown> {
  return JSON.parse(
    JSON.stringify(registration)
      .replaceAll('{port}', '51234')
      .replaceAll('{scope}', 'read:invoices write:invoices'),
  )
}

t.test('every known client registers as it does, and is found again', async t => {
  const shapes = SHAPES.flatMap(({ client, registration }) =>
    registration === undefined ? [] : [{ client, sent: filled(registration) }],
  )
  t.ok(shapes.length >= 7)
  for (const { client, sent } of shapes) {
    const { register, find } = setUp()
    const answer = await register(sent)
    t.match(
      answer,
      {
        client_id: /^cli_[\w-]{22}$/,
        client_id_issued_at: 1_800_000_000,
        client_name: sent.client_name,
        redirect_uris: sent.redirect_uris,
        response_types: ['code'],
      },
      client,
    )
    t.equal(answer.token_endpoint_auth_method, sent.token_endpoint_auth_method ?? 'none', client)
    t.equal('client_secret' in answer, sent.token_endpoint_auth_method === 'client_secret_post', client)
    const found = await find(String(answer.client_id))
    t.match(
      found,
      {
        origin: 'registered',
        name: sent.client_name,
        redirectUris: sent.redirect_uris,
        host: undefined,
        scopes: undefined,
        acts: undefined,
      },
      client,
    )
    t.ok(found.grantTypes.has('authorization_code') && found.grantTypes.has('refresh_token'), client)
  }
})

t.test('the least: redirect_uris', async t => {
  const { register, find, events } = setUp()
  const answer = await register({ redirect_uris: ['https://claude.ai/api/mcp/auth_callback'] })
  t.match(answer, {
    client_name: 'Unnamed client at claude.ai',
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token'],
    application_type: 'web',
  })
  t.strictSame((await find(String(answer.client_id))).authentication, { method: 'none' })
  t.match(events, [
    { type: 'client_registered', requestId: 'req-1', client: answer.client_id, from: '192.0.2.1' },
  ])
  t.equal((await register(GOOD)).application_type, 'native')
  const open = setUp({ oauth: { redirects: { allow: ['https:'] } } })
  const long = await open.register({ redirect_uris: [`https://claude.ai.${'a'.repeat(50)}.evil.example/cb`] })
  t.match(long.client_name, /^Unnamed client at …a+\.evil\.example$/, 'the end of a host tells whose it is')
})

t.test('a secret is shown once, and kept as a hash', async t => {
  const { register, find, store } = setUp()
  for (const method of ['client_secret_basic', 'client_secret_post']) {
    const answer = await register({ ...GOOD, token_endpoint_auth_method: method })
    t.match(answer, {
      client_secret: /^acme_ocs_[\w-]{32}$/,
      client_secret_expires_at: 0,
      token_endpoint_auth_method: method,
    })
    const kept = await store.getRecord(`client:${String(answer.client_id)}`)
    t.notMatch(kept, String(answer.client_secret).slice(9))
    t.match(await find(String(answer.client_id)), {
      authentication: { method: 'client_secret', hash: /^\$argon2id\$/ },
    })
  }
  t.notOk('client_secret' in (await register(GOOD)))
})

t.test('what is not offered is left out and said, as long as something remains', async t => {
  const { register } = setUp()
  const answer = await register({
    ...GOOD,
    grant_types: [
      'authorization_code',
      'refresh_token',
      'client_credentials',
      'implicit',
      'urn:ietf:params:oauth:grant-type:device_code',
    ],
    response_types: ['code', 'token'],
    made_up: 1,
    client_id: 'chosen',
    client_secret: 'chosen',
  })
  t.strictSame(answer.grant_types, ['authorization_code', 'refresh_token'])
  t.strictSame(answer.response_types, ['code'])
  t.match(answer.client_id, /^cli_/)
  t.notOk('made_up' in answer || 'client_secret' in answer)
})

t.test('refused', async t => {
  const { register, store } = setUp()
  const metadata: Readonly<Record<string, unknown>> = {
    'a list': [],
    'a text': 'x',
    nothing: null,
    'a number': 7,
    'name with a control character': { ...GOOD, client_name: 'a\u0000b' },
    'name with a line break': { ...GOOD, client_name: 'a\nb' },
    'name that turns text around': { ...GOOD, client_name: 'a\u202eb' },
    'name that is no text': { ...GOOD, client_name: ['a'] },
    'scope with a control character': { ...GOOD, scope: 'a\u0007' },
    'scope with a quote': { ...GOOD, scope: 'a"b' },
    'scope that is too long': { ...GOOD, scope: 'a'.repeat(5_000) },
    'grants that are too many': {
      ...GOOD,
      grant_types: Array.from({ length: 40 }, () => 'authorization_code'),
    },
    'a method that is not known': { ...GOOD, token_endpoint_auth_method: 'client_secret_jwt' },
    'no code': { ...GOOD, response_types: ['token'] },
    'machines only': { ...GOOD, grant_types: ['client_credentials'] },
    'a private key': {
      ...GOOD,
      token_endpoint_auth_method: 'private_key_jwt',
      jwks: { keys: [{ kty: 'EC', crv: 'P-256', x: 'x', y: 'y', d: 'd' }] },
    },
  }
  for (const [what, value] of Object.entries(metadata))
    t.equal(await codeOf(register(value)), 'oauth_invalid_client_metadata', what)
  const redirects: readonly unknown[] = [
    undefined,
    [],
    'http://localhost/',
    ['http://evil.example/'],
    ['https://evil.example/cb'],
    ['javascript:alert(1)'],
    ['https://claude.ai/api/mcp/auth_callback', 'https://evil.example/cb'],
    ['http://localhost/\u0000'],
    Array.from({ length: 17 }, (_, index) => `http://localhost/${index}`),
  ]
  for (const redirect_uris of redirects)
    t.equal(
      await codeOf(register({ ...GOOD, redirect_uris })),
      'oauth_invalid_redirect_uri',
      JSON.stringify(redirect_uris)?.slice(0, 60),
    )
  t.strictSame(await store.pageRecords({ kind: 'client', limit: 10 }), [], 'nothing was kept')
})

t.test('what nobody approved is forgotten; what somebody approved stays', async t => {
  const { register, find, clients, clock, store } = setUp()
  const [one, other] = [String((await register(GOOD)).client_id), String((await register(GOOD)).client_id)]
  await clients.noteUsed(await find(one))
  await clients.noteUsed(await find(one))
  clock.now += DAY - 1
  t.ok(await find(other))
  clock.now += 1
  t.equal(await codeOf(find(other)), 'oauth_invalid_client')
  clock.now += 400 * DAY
  t.match(await find(one), { id: one })
  t.equal((await store.pageRecords({ kind: 'client', list: 'registered', limit: 10 })).length, 1)
})

t.test('an approval that comes too late is told, and gives nothing', async t => {
  const { register, find, clients, clock } = setUp()
  const client = await find(String((await register(GOOD)).client_id))
  clock.now += DAY
  t.equal(await codeOf(clients.noteUsed(client)), 'oauth_invalid_client')
})

t.test('approvals at the same time all succeed', async t => {
  const { register, find, clients } = setUp()
  const client = await find(String((await register(GOOD)).client_id))
  await Promise.all(Array.from({ length: 20 }, () => clients.noteUsed(client)))
  t.pass()
})

t.test('a flood is limited per address and network, and altogether', async t => {
  const { register } = setUp({ oauth: { registration: { perAddress: 3, most: 10 } } })
  for (let i = 0; i < 3; i++) await register(GOOD, '192.0.2.7')
  const limited = await register(GOOD, '192.0.2.7').catch(error => error)
  t.match(limited, { code: 'rate_limited', status: 429, headers: { 'Retry-After': /^\d+$/ } })
  t.ok(await register(GOOD, '192.0.2.8'), 'others go on')
  t.equal(
    await codeOf(register({ ...GOOD, redirect_uris: [] }, '192.0.2.7')),
    'oauth_invalid_redirect_uri',
    'what is refused costs nothing',
  )
  const ipv6 = setUp({ oauth: { registration: { perAddress: 1 } } })
  await ipv6.register(GOOD, '2001:db8:0:1::1')
  t.equal(await codeOf(ipv6.register(GOOD, '2001:db8:0:1::2')), 'rate_limited', 'a /64 is one customer')
  for (const subnet of [2, 3, 4]) await ipv6.register(GOOD, `2001:db8:0:${subnet}::1`)
  t.equal(await codeOf(ipv6.register(GOOD, '2001:db8:0:5::1')), 'rate_limited', 'a /48 has four')
  const all = setUp({ oauth: { registration: { most: 5 } } })
  for (let i = 0; i < 5; i++) await all.register(GOOD, `198.51.100.${i}`)
  t.equal(await codeOf(all.register(GOOD, '198.51.100.77')), 'rate_limited')
  t.equal((await all.store.pageRecords({ kind: 'client', limit: 100 })).length, 5)
})

t.test('switched off', async t => {
  const { register } = setUp({ oauth: { registration: { dynamic: false } } })
  t.equal(await codeOf(register(GOOD)), 'oauth_access_denied')
})
