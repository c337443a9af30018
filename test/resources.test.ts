/** What is exposed as a resource is read by the steps of a call, and by nothing else. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import t, { type Test } from 'tap'
import { ERAS, gateway, legacy, modern, PIXEL } from './offers/gateway.ts'

t.test('lists hold what the caller may read: fixed URIs here, templates there', async t => {
  const { url, mint } = await gateway(t)
  const token = await mint(['read:*'])
  for (const [era, ask] of ERAS) {
    const { result } = (await ask(url, token, 'resources/list')).body
    t.strictSame(
      result.resources,
      [
        {
          uri: 'acme://billing/v1/handbook',
          name: 'get_handbook',
          title: 'How billing works',
          description: 'How billing works.',
          mimeType: 'text/markdown',
        },
        {
          uri: 'acme://billing/v1/invoices',
          name: 'list_invoices',
          description: 'GET /v1/invoices',
          mimeType: 'application/json',
        },
        {
          uri: 'acme://billing/v1/plan',
          name: 'get_plan',
          description: 'GET /v1/plan',
          mimeType: 'text/plain',
        },
      ],
      era,
    )
    const templates = (await ask(url, token, 'resources/templates/list')).body.result.resourceTemplates
    t.strictSame(
      templates.map(({ uriTemplate }: { uriTemplate: string }) => uriTemplate),
      [
        'acme://billing/v1/invoices/{id}',
        'acme://billing/v1/reports{?year,format,tags}',
        'acme://files/{name}',
        'acme://billing/v1/orgs/-/invoices/{id}',
      ],
      era,
    )
  }
  const hinted = (await modern(url, token, 'resources/list')).body.result
  t.match(hinted, { resultType: 'complete', ttlMs: 300_000, cacheScope: 'private' })
  const few = await mint(['read:plans'])
  const own = (await modern(url, few, 'resources/list')).body.result.resources
  t.strictSame(
    own.map(({ uri }: { uri: string }) => uri),
    ['acme://billing/v1/plan'],
  )
  const cursor = await modern(url, token, 'resources/list', { cursor: 'next' })
  t.match(cursor.body.error, { code: -32602, data: { code: 'invalid_params' } })
})

t.test('a resource alone is no tool, on the list or by its name', async t => {
  const { url, mint, asked } = await gateway(t)
  const token = await mint(['*'])
  const { tools } = (await modern(url, token, 'tools/list')).body.result
  const names = tools.map(({ name }: { name: string }) => name)
  t.ok(names.includes('get_invoice'), 'one that is both is there')
  t.notOk(names.includes('get_handbook'))
  const called = await modern(url, token, 'tools/call', { name: 'get_handbook' })
  t.match(called.body.error, { code: -32602, data: { code: 'unknown_tool' } })
  t.strictSame(asked, [])
})

t.test('text is text, JSON is JSON, and everything else base64', async t => {
  const { url, mint, asked } = await gateway(t)
  const token = await mint(['read:*'])
  const read = async (uri: string) => (await modern(url, token, 'resources/read', { uri })).body.result
  const handbook = 'acme://billing/v1/handbook'
  t.strictSame((await read(handbook)).contents, [
    { uri: handbook, mimeType: 'text/markdown', text: '# How billing works' },
  ])
  t.match(await read(handbook), { resultType: 'complete', ttlMs: 0, cacheScope: 'private' })
  const invoice = 'acme://billing/v1/invoices/inv_1'
  t.strictSame((await read(invoice)).contents, [
    { uri: invoice, mimeType: 'application/json', text: '{"id":"inv_1"}' },
  ])
  t.strictSame((await read('acme://files/logo.png')).contents, [
    { uri: 'acme://files/logo.png', mimeType: 'image/png', blob: PIXEL.toString('base64') },
  ])
  t.strictSame((await read('acme://billing/v1/invoices/empty')).contents, [
    { uri: 'acme://billing/v1/invoices/empty', text: '' },
  ])
  const report = 'acme://billing/v1/reports?year=2025&tags=a,b%2Cc'
  t.match(JSON.parse((await read(report)).contents[0].text), { query: { year: '2025' } })
  t.match(asked.at(-1), /^GET \/v1\/reports\?year=2025&tags=a&tags=b%2Cc$/, 'lists are parted at bare commas')
})

t.test('reading is a call: scope, audit, validation and limits', async t => {
  const more = 'limits: [{ per: subject, rate: 3/min }]'
  const { url, mint, asked, audit } = await gateway(t, { more })
  const token = await mint(['read:invoices'])
  for (const [era, ask] of ERAS) {
    const denied = await ask(url, token, 'resources/read', { uri: 'acme://billing/v1/plan' })
    t.equal(denied.status, 403, era)
    t.match(denied.body.error, { code: 403, data: { code: 'insufficient_scope', scopes: ['read:plans'] } })
  }
  t.strictSame(asked, [], 'nobody asked the backend')
  t.match(audit(), [
    { event: 'resource_read', outcome: 'denied', code: 'insufficient_scope', tool: 'get_plan' },
    { event: 'resource_read', outcome: 'denied' },
  ])
  const reader = await mint(['read:reports'], { subject: 'bob' })
  const bad = await modern(url, reader, 'resources/read', { uri: 'acme://billing/v1/reports?year=1066' })
  t.match(bad.body.error, {
    code: -32602,
    data: { code: 'invalid_arguments', problems: [{ path: '/year' }] },
  })
  t.strictSame(asked, [])
  const missing = await modern(url, reader, 'resources/read', { uri: 'acme://billing/v1/reports' })
  t.match(missing.body.error, { code: -32602, data: { code: 'invalid_arguments' } })
  const good = await modern(url, reader, 'resources/read', { uri: 'acme://billing/v1/reports?year=2025' })
  t.match(good.body.result, { contents: [{ mimeType: 'application/json' }] })
  t.match(audit().at(-1), {
    event: 'resource_read',
    outcome: 'ok',
    tool: 'get_report',
    arguments: { year: '2025' },
    upstreamStatus: 200,
    subject: 'bob',
  })
  const limited = await modern(url, reader, 'resources/read', { uri: 'acme://billing/v1/reports?year=2025' })
  t.equal(limited.status, 429, 'reads count like calls')
  t.match(limited.body.error, { data: { code: 'rate_limited' } })
})

t.test('what is not there has the code of its era, and its URI', async t => {
  const { url, mint, audit } = await gateway(t)
  const token = await mint(['*'])
  for (const uri of ['acme://billing/v1/nothing', 'acme://billing/v1/invoices/gone']) {
    const before = await legacy(url, token, 'resources/read', { uri })
    t.match(before.body.error, { code: -32002, data: { code: 'unknown_resource', uri } })
    const now = await modern(url, token, 'resources/read', { uri })
    t.match(now.body.error, { code: -32602, data: { code: 'unknown_resource', uri } })
    t.notOk(now.body.result)
  }
  const broken = await modern(url, token, 'resources/read', { uri: 'acme://billing/v1/invoices/broken' })
  t.match(broken.body.error, { code: -32603, message: /it fell over/, data: { code: 'unreadable_resource' } })
  t.match((await modern(url, token, 'resources/read', { uri: 7 })).body.error, { code: -32602 })
  const query = 'acme://billing/v1/nothing?token=very-secret'
  await modern(url, token, 'resources/read', { uri: query })
  t.match(audit().at(-1), { event: 'resource_read', tool: 'acme://billing/v1/nothing' })
  t.notMatch(
    JSON.stringify(audit()),
    /very-secret/,
    'what a URI that leads nowhere asks for is not written down',
  )
})

t.test('no URI reaches another operation', async t => {
  const { url, mint, asked } = await gateway(t)
  const token = await mint(['*'])
  const base = 'acme://billing/v1'
  const attempts = [
    `${base}/invoices/export`,
    `${base}/invoices/Export`,
    `${base}/invoices/%65xport`,
    `${base}/invoices/..%2Fplan`,
    `${base}/invoices/%2e%2e%2fplan`,
    `${base}/invoices/%2e%2e`,
    `${base}/invoices/..`,
    `${base}/invoices/.`,
    `${base}/invoices/../plan`,
    `${base}/invoices/a/b`,
    `${base}/invoices/a%5Cb`,
    `${base}/invoices/a%00b`,
    `${base}/invoices/%ff`,
    `${base}/invoices/%`,
    `${base}/invoices/`,
    `${base}//invoices/a`,
    `${base}/handbook?x=1`,
    `${base}/handbook#part`,
    `${base}/handbook/`,
    `${base}/HANDBOOK`,
    `ACME://billing/v1/handbook`,
    `http://billing/v1/handbook`,
    `acme://user@billing/v1/handbook`,
    `acme://billing:80/v1/handbook`,
    `${base}/reports?year=2025&year=2026`,
    `${base}/reports?year=2025&filter=x`,
    `${base}/reports?year=2025&Year=2025`,
    `${base}/invoices/ä`,
    `${base}/invoices/a b`,
    `${base}/invoices/a\r\nx`,
    `${base}/invoices/${'a'.repeat(9_000)}`,
    'x'.repeat(100_000),
    '',
  ]
  for (const uri of attempts) {
    const params = { uri }
    const answer = await legacy(url, token, 'resources/read', params)
    t.ok(answer.body.error, `${JSON.stringify(uri.slice(0, 60))} → ${answer.body.error?.data?.code}`)
    t.ok(JSON.stringify(answer.body).length < 4_000, 'and little is said')
  }
  t.strictSame(asked, [], 'the backend heard of none of them')
})

t.test('a value that is odd but plain stays within its segment', async t => {
  const { url, mint, asked } = await gateway(t)
  const token = await mint(['*'])
  const uri = 'acme://billing/v1/invoices/a%3Fb%23c%20d'
  const { result } = (await modern(url, token, 'resources/read', { uri })).body
  t.strictSame(result?.contents, [{ uri, mimeType: 'application/json', text: '{"id":"a?b#c d"}' }])
  t.strictSame(asked, ['GET /v1/invoices/a%3Fb%23c%20d'])
})

t.test('a bound parameter comes from the credential, whatever the URI says', async t => {
  const { url, mint, asked } = await gateway(t)
  const token = await mint(['*'], { organization: 'acme' })
  const own = 'acme://billing/v1/orgs/-/invoices/i1'
  const { result } = (await modern(url, token, 'resources/read', { uri: own })).body
  t.strictSame(JSON.parse(result.contents[0].text), { org: 'acme', id: 'i1' })
  for (const uri of [
    'acme://billing/v1/orgs/globex/invoices/i1',
    'acme://billing/v1/orgs/-/invoices/i1?org=globex',
    'acme://billing/v1/orgs/-%2F..%2Fglobex/invoices/i1',
    'acme://billing/v1/orgs/-/invoices/..%2F..%2Fglobex%2Finvoices%2Fi1',
  ]) {
    t.ok((await legacy(url, token, 'resources/read', { uri })).body.error, uri)
  }
  t.strictSame(asked, ['GET /v1/orgs/acme/invoices/i1'])
  const nobody = await mint(['*'], { subject: 'nobody' })
  const refused = await modern(url, nobody, 'resources/read', { uri: own })
  t.match(refused.body.error, { data: { code: 'access_denied' } })
  t.equal(asked.length, 1)
})

t.test('Mcp-Name has to say the URI that the body says', async t => {
  const { url, mint, asked } = await gateway(t)
  const token = await mint(['*'])
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
    'io.modelcontextprotocol/clientCapabilities': {},
  }
  const params = { uri: 'acme://billing/v1/handbook', _meta }
  for (const name of [undefined, 'acme://billing/v1/plan']) {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        authorization: `Bearer ${token}`,
        'mcp-protocol-version': '2026-07-28',
        'mcp-method': 'resources/read',
        ...(name !== undefined && { 'mcp-name': name }),
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'resources/read', params }),
    })
    t.equal(response.status, 400)
    t.match(await response.json(), { error: { code: -32020 } })
  }
  t.strictSame(asked, [])
})

t.test('a gateway without any declares none, and knows no method for them', async t => {
  const { url, mint } = await gateway(t, { rules: '[]' })
  const token = await mint(['*'])
  const { capabilities } = (await modern(url, token, 'server/discover')).body.result
  t.strictSame(capabilities, { tools: { listChanged: true } })
  for (const method of [
    'resources/list',
    'resources/templates/list',
    'resources/read',
    'completion/complete',
  ]) {
    t.match((await modern(url, token, method, {})).body.error, { code: -32601 }, method)
  }
  const clientInfo = { name: 'test', version: '1' }
  const opened = await legacy(url, token, 'initialize', {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo,
  })
  t.strictSame(opened.body.result.capabilities, { tools: { listChanged: false } })
})

t.test('where tools are searched, resources are read all the same', async t => {
  const { url, mint } = await gateway(t, { more: 'servers: [{ path: /mcp, expose: search }]' })
  const token = await mint(['*'])
  const { tools } = (await modern(url, token, 'tools/list')).body.result
  t.ok(
    tools.every(({ name }: { name: string }) => !name.includes('invoice')),
    'the list is the surface',
  )
  const uri = 'acme://billing/v1/invoices/inv_1'
  t.match((await modern(url, token, 'resources/read', { uri })).body.result, { contents: [{ uri }] })
})

t.test('variables are completed with what the document lists', async t => {
  const { url, mint } = await gateway(t)
  const token = await mint(['read:reports'])
  const ref = { type: 'ref/resource', uri: 'acme://billing/v1/reports{?year,format,tags}' }
  const complete = async (name: string, value: string, own: object = ref) =>
    (await modern(url, token, 'completion/complete', { ref: own, argument: { name, value } })).body
  t.match(await complete('format', 's'), {
    result: { completion: { values: ['short'], total: 1, hasMore: false } },
  })
  t.match(await complete('year', '20'), { result: { completion: { values: [] } } })
  t.match(await complete('filter', ''), { error: { code: -32602 } }, 'not in the template')
  const hidden = { type: 'ref/resource', uri: 'acme://files/{name}' }
  t.match(await complete('name', '', hidden), { error: { code: -32602, data: { code: 'unknown_resource' } } })
})

t.test('a change of rules reaches lists, reads and subscribers', async t => {
  const { url, mint, reload } = await gateway(t)
  const token = await mint(['*'])
  const client = await connected(t, url, token, { pin: '2026-07-28' })
  const told: string[] = []
  let onTold = () => {}
  client.setNotificationHandler('notifications/resources/list_changed', () => {
    told.push('resources')
    onTold()
  })
  await client.listen({ resourcesListChanged: true })
  const heard = new Promise<void>(resolve => {
    onTold = resolve
  })
  await reload({ rules: '- { match: { operation: getPlan }, expose: resource }' })
  await heard
  t.strictSame(told, ['resources'])
  const { resources } = (await modern(url, token, 'resources/list')).body.result
  t.strictSame(
    resources.map(({ uri }: { uri: string }) => uri),
    ['acme://billing/v1/plan'],
  )
  const gone = await modern(url, token, 'resources/read', { uri: 'acme://billing/v1/handbook' })
  t.match(gone.body.error, { data: { code: 'unknown_resource' } })
})

t.test('the official client lists, reads and completes in both eras', async t => {
  const { url, mint } = await gateway(t)
  const token = await mint(['*'])
  for (const mode of ['legacy', { pin: '2026-07-28' }] as const) {
    const client = await connected(t, url, token, mode)
    t.match(client.getServerCapabilities(), { resources: {}, completions: {} })
    const { resources } = await client.listResources()
    t.ok(resources.some(({ uri }) => uri === 'acme://billing/v1/handbook'))
    const { resourceTemplates } = await client.listResourceTemplates()
    t.equal(resourceTemplates.length, 4)
    const read = await client.readResource({ uri: 'acme://files/logo.png' })
    t.match(read.contents, [{ mimeType: 'image/png', blob: PIXEL.toString('base64') }])
    await t.rejects(client.readResource({ uri: 'acme://billing/v1/none' }), /no resource of this URI/)
  }
})

t.test('the configuration says what can’t be a resource, and where', async t => {
  const wrong = [
    ['- { match: { operation: createInvoice }, expose: resource }', /only GET/],
    ['- { match: { path: /v1/invoices }, expose: resource }', /POST \/v1\/invoices/],
    ["- { match: { operation: getInvoice }, expose: resource, uri: 'acme://x/{nope}' }", /takes no nope/],
    ['- { match: { operation: getInvoice }, expose: resource, uri: acme://x/y }', /needs id/],
    [
      "- { match: { operation: getInvoice }, expose: resource, uri: 'https://x/{id}' }",
      /clients may load https/,
    ],
    ["- { match: { operation: getInvoice }, expose: resource, uri: 'acme://x{/id}' }", /no variable/],
    ["- { match: { operation: getInvoice }, uri: 'acme://x/{id}' }", /does not expose/],
    [
      "- { match: { operation: getPlan }, expose: resource, uri: 'x://y' }\n- { match: { operation: getHandbook }, expose: resource, uri: 'x://y' }",
      /same URI, x:\/\/y/,
    ],
    ['- { match: { operation: getPlan }, expose: resource, tier: write }', undefined],
  ] as const
  for (const [rules, message] of wrong) {
    const started = gateway(t, { rules })
    if (message === undefined) await t.resolves(started)
    else await t.rejects(started, { code: 'configuration_invalid', data: { problems: [{ message }] } }, rules)
  }
})

async function connected(
  t: Test,
  url: string,
  token: string,
  mode: 'legacy' | { pin: '2026-07-28' },
): Promise<Client> {
  const options = mode === 'legacy' ? {} : { versionNegotiation: { mode } }
  const client = new Client({ name: 'sdk-v2', version: '2' }, options)
  t.teardown(() => client.close())
  const requestInit = { headers: { authorization: `Bearer ${token}` } }
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit }))
  return client
}

t.test('the command line shows resources with their URIs, and how many there are', async t => {
  const { directory } = await gateway(t, { prompts: '- { name: a, messages: [{ text: b }] }' })
  const run = (...args: string[]) =>
    execFileSync(process.execPath, [CLI, ...args, '--config', join(directory, 'postern.yaml')], {
      encoding: 'utf8',
    })
  t.match(run('tools'), /acme:\/\/billing\/v1\/orgs\/-\/invoices\/\{id\} +get_org_invoice +read:invoices/)
  t.match(run('check'), /server \/mcp: 3 resources, 4 resource templates, 1 prompt/)
})

const CLI = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url))
