/** Clients, wherever they are known from (N25, N63). */
import t from 'tap'
import { createClientSecrets } from '../../../src/oauth/clients/client-secret.ts'
import { createMachine, revokeMachine } from '../../../src/oauth/clients/machines.ts'
import { SHAPES } from '../../clients/shapes/all-shapes.ts'
import { codeOf, json, setUp, startDocumentServer } from './fixtures.ts'

const CONFIGURED = [
  { id: 'tool', name: 'Tool', redirectUris: ['https://tool.acme.com/cb'], scopes: ['read:*'] },
  {
    id: 'server',
    name: 'Server',
    redirectUris: ['http://localhost/cb'],
    secret: 'a secret of the configuration',
  },
]

t.test('an id that nobody has is no client, whatever it looks like', async t => {
  const { find } = setUp({ oauth: { clients: CONFIGURED } })
  for (const id of [
    '',
    'x',
    'Tool',
    'tool ',
    'cli_',
    'cli_AAAAAAAAAAAAAAAAAAAAAA',
    'mch_AAAAAAAAAAAAAAAAAAAAAA',
    'cli_../../x',
    'client:tool',
    '__proto__',
    'constructor',
    'x'.repeat(5_000),
    'cli_a:b{c}',
    'http://tool.example/x',
    'https://tool.example/',
    'javascript:x',
    '\u0000',
  ])
    t.equal(await codeOf(find(id)), 'oauth_invalid_client', JSON.stringify(id).slice(0, 40))
})

t.test('configured', async t => {
  const { find } = setUp({ oauth: { clients: CONFIGURED } })
  t.match(await find('tool'), {
    id: 'tool',
    name: 'Tool',
    origin: 'configured',
    host: undefined,
    redirectUris: ['https://tool.acme.com/cb'],
    scopes: ['read:*'],
    authentication: { method: 'none' },
  })
  const server = await find('server')
  t.match(server, { authentication: { method: 'client_secret', hash: /^\$argon2id/ } })
  t.equal(await find('server'), server, 'made once')
})

t.test('the documents of known clients, through a real TLS connection', async t => {
  const documents = SHAPES.flatMap(({ document }) => document ?? [])
  const server = await startDocumentServer(
    t,
    documents.map(({ client_id }) => new URL(client_id).hostname),
  )
  server.answer = (request, response) => {
    const found = documents.find(
      ({ client_id }) => client_id === `https://${request.headers.host}${request.url}`,
    )
    if (found === undefined) response.writeHead(404).end()
    else json(found)(request, response)
  }
  const { find } = setUp({ documents: server.documents })
  for (const document of documents) {
    const found = await find(document.client_id, `192.0.2.${server.requests.length}`)
    t.match(found, { id: document.client_id, origin: 'document', name: document.client_name })
    await find(document.client_id)
  }
  t.equal(server.requests.length, documents.length, 'and each is fetched once')
  t.equal(
    await codeOf(find('https://claude.ai/oauth/made-up', '198.51.100.1')),
    'oauth_invalid_client_metadata',
  )
})

t.test('a document that names another client, and one that is for a name in the network', async t => {
  const server = await startDocumentServer(t, ['tool.example'])
  server.answer = json({
    client_id: 'https://tool.example/b',
    client_name: 'B',
    redirect_uris: ['http://localhost/cb'],
  })
  const { find } = setUp({ documents: server.documents })
  t.equal(await codeOf(find('https://tool.example/a')), 'oauth_invalid_client_metadata')
  t.match(await find('https://tool.example/b'), { name: 'B' })
  const inside = setUp({
    documents: { ...server.documents, lookup: async () => [{ address: '10.0.0.7', family: 4 }] },
  })
  const before = server.connections()
  t.equal(await codeOf(inside.find('https://tool.example/b')), 'oauth_invalid_client_metadata')
  t.equal(server.connections(), before)
})

t.test('documents can be switched off', async t => {
  const server = await startDocumentServer(t, ['tool.example'])
  const { find } = setUp({ oauth: { registration: { documents: false } }, documents: server.documents })
  t.equal(await codeOf(find('https://tool.example/a')), 'oauth_invalid_client')
  t.equal(server.connections(), 0)
})

t.test('machines, until they are revoked', async t => {
  const { find, store, clock, clients } = setUp()
  const { machine } = await createMachine(
    { name: 'Batch', scopes: ['read:*'], organization: 'org-1', roles: ['auditor'] },
    { store, secrets: createClientSecrets(), prefix: 'acme_', now: clock.now },
  )
  const found = await find(machine.id)
  t.match(found, {
    id: machine.id,
    origin: 'machine',
    redirectUris: [],
    scopes: ['read:*'],
    acts: { subject: machine.id, organization: 'org-1', roles: ['auditor'] },
  })
  t.strictSame([...found.grantTypes], ['client_credentials'])
  await clients.noteUsed(found)
  clock.now += 500 * 86_400_000
  t.ok(await find(machine.id), 'it does not expire')
  await revokeMachine(store, machine.id, clock.now)
  t.equal(await codeOf(find(machine.id)), 'oauth_invalid_client')
})

t.test('a record that cannot be read is no client', async t => {
  const { find, store } = setUp()
  const id = 'cli_AAAAAAAAAAAAAAAAAAAAAA'
  for (const value of ['', '{', '[]', 'null', '{"v":2}', '{"v":1,"origin":"configured"}']) {
    const before = await store.getRecord(`client:${id}`)
    await store.commit([{ key: `client:${id}`, before, after: value }])
    t.equal(await codeOf(find(id)), 'oauth_invalid_client', value)
  }
})
