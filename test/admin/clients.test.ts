/** Clients of machines over HTTP: made, shown once, listed in pages, revoked; and their secrets on no record. */
import { generateKeyPairSync } from 'node:crypto'
import t from 'tap'
import { clientKey, readClientRecord } from '../../src/oauth/clients/client-record.ts'
import { createClientSecrets } from '../../src/oauth/clients/client-secret.ts'
import { withOAuth } from './connect.ts'
import { adminGateway } from './gateway.ts'

const NEW = { name: 'Nightly export', scopes: ['read:*'] }

t.test('a client is made with a secret that is shown once, and is on no record', async t => {
  const { ask, app, audit } = await adminGateway(t, withOAuth)
  const body = { ...NEW, subject: 'export', organization: 'acme', roles: ['auditor'] }
  const made = await ask('POST', '/clients', { body: { ...body, scopes: ['read:*', 'reed:*'] } })
  t.equal(made.status, 201)
  const { secret, id, warnings } = made.body
  t.match(secret, /^acme_ocs_[\w-]{32}$/)
  t.match(made.body, { ...body, scopes: ['read:*', 'reed:*'], authentication: 'client_secret' })
  t.strictSame(warnings, ['The scope reed:* opens no tool of this gateway.'])
  const record = readClientRecord(id, (await app.store.getRecord(clientKey(id))) ?? '')
  if (record?.client.authentication.method !== 'client_secret') throw new Error('no secret')
  t.equal(await createClientSecrets().verify(secret, record.client.authentication.hash), true)
  const listed = await ask('GET', '/clients')
  t.match(listed.body.clients, [{ id, name: 'Nightly export', subject: 'export' }])
  for (const hidden of [secret, secret.slice(-20), record.client.authentication.hash])
    t.notMatch(JSON.stringify([audit(), listed.body]), hidden)
  t.match(
    audit().find(({ operation }) => operation === 'createClient'),
    {
      outcome: 'ok',
      subject: 'root',
      arguments: { name: 'Nightly export', id },
    },
  )
})

t.test(
  'a client with keys of its own gets no secret; private ones are refused, and on no record',
  async t => {
    const { ask, audit } = await adminGateway(t, withOAuth)
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const keys = { keys: [{ ...publicKey.export({ format: 'jwk' }), alg: 'ES256' }] }
    const made = await ask('POST', '/clients', { body: { ...NEW, keys } })
    t.equal(made.status, 201)
    t.match(made.body, { authentication: 'private_key_jwt', subject: made.body.id, secret: undefined })
    const secret = privateKey.export({ format: 'jwk' })
    const refused = await ask('POST', '/clients', { body: { ...NEW, keys: { keys: [secret] } } })
    t.match(refused, { status: 400, body: { error: { code: 'invalid_params' } } })
    t.notMatch(JSON.stringify(audit()), String(secret.d))
  },
)

t.test('what can’t be a client is refused in words', async t => {
  const { ask } = await adminGateway(t, withOAuth)
  for (const body of [
    {},
    { ...NEW, name: '' },
    { ...NEW, name: 'a\u202eb' },
    { ...NEW, scopes: [] },
    { ...NEW, scopes: ['read a'] },
    { ...NEW, redirectUris: [] },
    { ...NEW, keys: { keys: 'x' } },
  ])
    t.match(await ask('POST', '/clients', { body }), {
      status: 400,
      body: { error: { code: 'invalid_params' } },
    })
  t.strictSame((await ask('GET', '/clients')).body, { clients: [] })
})

t.test('revoking one refuses its tokens everywhere, says so in the list, and can be repeated', async t => {
  const { ask, app } = await adminGateway(t, withOAuth)
  const { id } = (await ask('POST', '/clients', { body: NEW })).body
  t.equal((await ask('DELETE', `/clients/${id}`)).status, 204)
  await app.store.fresh()
  t.match(app.store.revocations.find('client', id), { recheck: false })
  t.type((await ask('GET', '/clients')).body.clients[0].revokedAt, 'string')
  t.equal((await ask('DELETE', `/clients/${id}`)).status, 204)
  t.equal((await ask('DELETE', '/clients/mch_0000000000000000')).status, 404)
  t.equal((await ask('DELETE', '/clients/cli_0000000000000000')).status, 400)
})

t.test('many are listed page by page', async t => {
  const { ask } = await adminGateway(t, withOAuth)
  const ids: string[] = []
  for (let count = 0; count < 3; count++) ids.push((await ask('POST', '/clients', { body: NEW })).body.id)
  const first = (await ask('GET', '/clients?limit=2')).body
  const second = (await ask('GET', `/clients?limit=2&after=${first.next}`)).body
  t.strictSame(
    [...first.clients, ...second.clients].map(({ id }: { id: string }) => id),
    ids.toSorted(),
  )
  t.equal(second.next, undefined)
})

t.test('nobody else may, and a gateway without an authorization server says so', async t => {
  const { ask, mint } = await adminGateway(t)
  const { token } = await mint(['*'])
  t.equal((await ask('POST', '/clients', { body: NEW, token })).status, 403)
  t.equal((await ask('POST', '/clients', { body: NEW, token: null })).status, 401)
  for (const [method, path] of [
    ['GET', '/clients'],
    ['DELETE', '/clients/mch_0000000000000000'],
  ] as const)
    t.equal((await ask(method, path)).status, 409)
  t.equal((await ask('POST', '/clients', { body: NEW })).status, 409)
})

t.test('where tokens can’t be signed no client is made that could get none', async t => {
  const { ask } = await adminGateway(t, config => ({ ...withOAuth(config), signing: undefined }))
  const { status, body } = await ask('POST', '/clients', { body: NEW })
  t.equal(status, 409)
  t.match(body.error.message, 'signing.keys')
})
