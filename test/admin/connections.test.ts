/** Everyone's connections over HTTP: listed, searched and ended, by administrators alone, and put on record. */
import t from 'tap'
import { connect, withOAuth } from './connect.ts'
import { adminGateway } from './gateway.ts'

t.test('all are listed, page by page, of one subject or client', async t => {
  const { ask, app } = await adminGateway(t, withOAuth)
  const expected: string[] = []
  for (const subject of ['ada', 'ada', 'ada', 'eve'])
    expected.push(await connect(app.store, subject, `https://c${expected.length}.example/c.json`))
  const first = await ask('GET', '/connections?limit=3')
  t.equal(first.status, 200)
  const second = await ask('GET', `/connections?limit=3&after=${first.body.next}`)
  const ids = [...first.body.connections, ...second.body.connections].map(({ id }: { id: string }) => id)
  t.strictSame(ids.toSorted(), expected.toSorted())
  t.equal(second.body.next, undefined)
  t.match((await ask('GET', '/connections?subject=eve')).body.connections, [
    {
      id: expected[3],
      client: { id: 'https://c3.example/c.json', name: 'Claude', origin: 'document', host: 'claude.ai' },
      subject: 'eve',
      organization: 'acme',
      scopes: ['read:*'],
      way: 'oidc',
      redirectUri: 'https://claude.ai/cb',
    },
  ])
  const byClient = await ask('GET', `/connections?client=${encodeURIComponent('https://c1.example/c.json')}`)
  t.match(byClient.body.connections, [{ id: expected[1] }])
  t.equal(byClient.body.connections.length, 1)
  t.strictSame((await ask('GET', '/connections?subject=nobody')).body, { connections: [] })
})

t.test('one is ended for good, and who did it to whom is on record', async t => {
  const { ask, app, audit } = await adminGateway(t, withOAuth)
  const id = await connect(app.store, 'ada', 'https://claude.ai/c.json')
  const other = await connect(app.store, 'ada', 'https://claude.ai/c.json')
  t.equal((await ask('DELETE', `/connections/${id}`)).status, 204)
  await app.store.fresh()
  t.match(app.store.revocations.find('credential', id), { recheck: false })
  t.match((await ask('GET', '/connections')).body.connections, [{ id: other }])
  t.match(await ask('DELETE', `/connections/${id}`), { status: 404, body: { error: { code: 'not_found' } } })
  // Its access tokens may live for an hour more; nothing but the word refuses them.
  t.match(await ask('DELETE', `/revocations/credential/${id}`), {
    status: 409,
    body: { error: { code: 'conflict' } },
  })
  const shorter = { kind: 'credential', value: id, expiresIn: '1s' }
  t.match(await ask('POST', '/revocations', { body: shorter }), {
    status: 400,
    body: { error: { message: /for good/ } },
  })
  t.match((await ask('GET', `/revocations?value=${id}`)).body.revocations, [{ value: id, liftable: false }])
  t.match(
    audit().find(({ operation }) => operation === 'endConnection'),
    {
      outcome: 'ok',
      subject: 'root',
      arguments: { id, client: 'https://claude.ai/c.json', subject: 'ada' },
    },
  )
})

t.test('nobody else may: no credential, no role, no signature', async t => {
  const { ask, app, mint } = await adminGateway(t, withOAuth)
  const id = await connect(app.store, 'ada', 'https://claude.ai/c.json')
  const { token } = await mint(['*'], { subject: 'ada', organization: 'acme' })
  for (const [method, path] of [
    ['GET', '/connections'],
    ['DELETE', `/connections/${id}`],
  ] as const) {
    t.equal((await ask(method, path, { token: null })).status, 401)
    t.equal((await ask(method, path, { token })).status, 403)
    const headers = { 'webhook-id': 'm', 'webhook-timestamp': '1', 'webhook-signature': 'v1,x' }
    t.equal((await ask(method, path, { token: null, headers })).status, 403)
  }
  t.equal((await ask('GET', '/connections')).body.connections.length, 1)
})

t.test('what is no id is refused in words', async t => {
  const { ask } = await adminGateway(t, withOAuth)
  for (const id of ['tok_x', 'gra_', `gra_${'x'.repeat(65)}`, 'gra_%20'])
    t.match(await ask('DELETE', `/connections/${id}`), {
      status: 400,
      body: { error: { code: 'invalid_params' } },
    })
  t.equal((await ask('GET', '/connections?after=tok_x')).status, 400)
  t.equal((await ask('GET', '/connections?limit=0')).status, 400)
  t.equal((await ask('GET', '/connections?owner=ada')).status, 400)
})

t.test('a gateway without an authorization server says so', async t => {
  const { ask } = await adminGateway(t)
  const { status, body } = await ask('GET', '/connections')
  t.equal(status, 409)
  t.match(body.error.message, 'type: oauth')
})
