import t from 'tap'
import { PosternError } from '../../../src/errors.ts'
import {
  answered,
  approve,
  CLIENT,
  connect,
  createRooms,
  MACHINE,
  post,
  redemption,
  refreshing,
  request,
} from './rooms.ts'

t.test('it is at its address and the alias, for forms of every origin', async t => {
  const { token, revocation, introspection } = createRooms()
  t.match(token, { method: 'POST', paths: ['/oauth/token', '/token'], errors: 'json', cors: true })
  t.equal(token.consumes, 'application/x-www-form-urlencoded')
  t.match(revocation, { method: 'POST', paths: ['/oauth/revoke'], errors: 'json' })
  t.match(introspection, { method: 'POST', paths: ['/oauth/introspect'], errors: 'json' })
  t.notOk(introspection.cors, 'secrets and keys are no matter of web pages')
})

t.test('parameters are read strictly', async t => {
  const rooms = createRooms()
  const { code } = await approve(rooms)
  const form = new URLSearchParams(redemption(code) as Record<string, string>).toString()
  const refused = async (body: string, more = {}) =>
    t.match(await answered(rooms.token.endpoint(request(body, more))), {
      status: 400,
      error: 'invalid_request',
    })
  await refused(`${form}&code=${code}`)
  await refused(`${form}&code=`)
  await refused(`${form}&scope=a&scope=b`)
  await refused(form, { query: 'x=1' })
  await refused('', { query: form })
  await refused('')
  await refused(form.replace('grant_type=authorization_code', 'grant_type='))
  await refused(`${form}${Array.from({ length: 70 }, (_, i) => `&p${i}=1`).join('')}`)
  await refused(JSON.stringify({ grant_type: 'refresh_token' }))
  t.equal((await answered(rooms.token.endpoint(request(`${form}&unknown=1`)))).status, 200)
})

t.test('only what this server and the client offer', async t => {
  const clients = [CLIENT, MACHINE, { ...CLIENT, id: 'cli_2', grantTypes: new Set<never>() }]
  const rooms = createRooms({ clients })
  for (const grant_type of [
    'password',
    'implicit',
    'constructor',
    '__proto__',
    'toString',
    'AUTHORIZATION_CODE',
  ])
    t.match(await post(rooms.token, { client_id: CLIENT.id, grant_type }), {
      status: 400,
      error: 'unsupported_grant_type',
    })
  for (const grant_type of ['client_credentials', 'urn:ietf:params:oauth:grant-type:jwt-bearer'])
    t.match(await post(rooms.token, { client_id: CLIENT.id, grant_type, assertion: 'x' }), {
      status: 400,
      error: 'unauthorized_client',
    })
  for (const form of [redemption('x', { client_id: 'cli_2' }), refreshing('x', { client_id: 'cli_2' })])
    t.match(await post(rooms.token, form), { status: 400, error: 'unauthorized_client' })
  t.match(await post(rooms.token, redemption('x', { client_id: 'unknown' })), {
    status: 401,
    error: 'invalid_client',
  })
})

t.test('every refusal is told, with the client only where it proved who it is', async t => {
  const rooms = createRooms()
  await post(rooms.token, redemption('x'))
  await post(rooms.token, redemption('x', { client_id: 'unknown' }))
  await post(rooms.token, { grant_type: 'password', client_id: CLIENT.id })
  rooms.store.getRecord = () => Promise.reject(new PosternError('store_unavailable'))
  t.match(await post(rooms.token, redemption('x')), { status: 503, error: 'temporarily_unavailable' })
  rooms.store.getRecord = () => Promise.reject(new TypeError('a mistake'))
  await t.rejects(post(rooms.token, redemption('x')), TypeError)
  t.match(
    rooms.events.map(({ type, client, code }) => [type, client, code]),
    [
      ['token_refused', CLIENT.id, 'oauth_invalid_grant'],
      ['token_refused', undefined, 'oauth_invalid_client'],
      ['token_refused', undefined, 'oauth_unsupported_grant_type'],
      ['token_refused', CLIENT.id, 'store_unavailable'],
      ['token_refused', CLIENT.id, 'internal_error'],
    ],
  )
})

t.test('a refusal says nothing that the client did not know', async t => {
  const rooms = createRooms()
  const { code } = await approve(rooms)
  const { refresh } = await connect(rooms)
  const forms = [
    redemption('made-up'),
    redemption(code, { code_verifier: 'w'.repeat(43) }),
    redemption(code, { redirect_uri: 'https://evil.example/' }),
    redemption(code, { client_id: 'cli_2' }),
    refreshing(refresh, { client_id: 'cli_2' }),
    refreshing('made-up'),
  ]
  const messages = new Set<string>()
  for (const form of forms) {
    const body = new URLSearchParams(form as Record<string, string>).toString()
    await rooms.token.endpoint(request(body)).catch((error: Error) => messages.add(error.message))
  }
  t.equal(messages.size, 1, 'all are the same words')
})

t.test('records that no version has written are errors of ours, and give nothing', async t => {
  const rooms = createRooms()
  const { code, grant } = await approve(rooms)
  const key = `grant:${grant.id}` as const
  const before = await rooms.store.getRecord(key)
  for (const after of ['x', '{}', 'null', '{"grant":{"id":1}}']) {
    const kept = await rooms.store.getRecord(key)
    await rooms.store.commit([{ key, before: kept, after, expiresAt: rooms.clock.now + 9_000_000 }])
    t.match(await post(rooms.token, redemption(code)), { status: 500, error: 'server_error' })
  }
  const last = await rooms.store.getRecord(key)
  await rooms.store.commit([{ key, before: last, after: before, expiresAt: rooms.clock.now + 9_000_000 }])
  t.equal((await post(rooms.token, redemption(code))).status, 200)
})
