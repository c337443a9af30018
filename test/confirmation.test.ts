/** Tools whose user is asked first, by the official clients of both eras at a whole gateway. */
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as TransportV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js'
import t, { type Test } from 'tap'
import { caught } from './clients/caught.ts'
import { type AskingGateway, askingGateway, callModern } from './elicitation/asking-gateway.ts'

type Answer = { action: 'accept' | 'decline' | 'cancel'; content?: Record<string, string> }

async function modernClient(
  t: Test,
  { url, mint }: AskingGateway,
  answer?: (params: { message: string }) => Answer,
): Promise<{ client: Client; asked: { message: string }[] }> {
  const asked: { message: string }[] = []
  const client = new Client(
    { name: 'test', version: '1' },
    {
      capabilities: answer === undefined ? {} : { elicitation: {} },
      versionNegotiation: { mode: { pin: '2026-07-28' } },
    },
  )
  if (answer !== undefined) {
    client.setRequestHandler('elicitation/create', ({ params }) => {
      asked.push(params)
      return answer(params)
    })
  }
  t.teardown(() => client.close())
  const headers = { authorization: `Bearer ${await mint()}` }
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }))
  return { client, asked }
}

t.test('2026-07-28: a yes of the user sends the call, once, and the record says so', async t => {
  const gateway = await askingGateway(t)
  const { client, asked } = await modernClient(t, gateway, () => ({ action: 'accept' }))
  const result = await client.callTool({ name: 'delete_thing', arguments: { id: 't-1', reason: 'old' } })
  t.match(result, { isError: false, content: [{ type: 'text', text: 'done' }] })
  t.match(asked, [{ message: 'Go ahead with “Delete a thing”?\nid: “t-1”\nreason: “old”' }])
  t.same(gateway.reached, ['DELETE /things/t-1?reason=old'])
  t.match(gateway.audit(), [
    { event: 'tool_call', outcome: 'asked', confirmed: 'asked', tool: 'delete_thing' },
    { event: 'tool_call', outcome: 'ok', confirmed: true, tool: 'delete_thing', upstreamStatus: 200 },
  ])
})

t.test('2026-07-28: a no sends nothing, and the model is told whose word it was', async t => {
  for (const [action, confirmed, said] of [
    ['decline', 'declined', /said no/],
    ['cancel', 'cancelled', /gave no answer/],
  ] as const) {
    const gateway = await askingGateway(t)
    const { client } = await modernClient(t, gateway, () => ({ action }))
    const result = await client.callTool({ name: 'delete_thing', arguments: { id: 't-1' } })
    t.match(result, { isError: true, content: [{ text: said }] })
    t.same(gateway.reached, [])
    t.match(gateway.audit().at(-1), { outcome: 'denied', code: 'declined', confirmed })
  }
})

t.test('2026-07-28: clients that can’t ask', async t => {
  const gateway = await askingGateway(t)
  const { client } = await modernClient(t, gateway)
  const error = await caught(client.callTool({ name: 'delete_thing', arguments: { id: 't-1' } }))
  t.match(error, { code: -32021, message: /asked/ })
  t.same(gateway.reached, [], '`without: refuse` is what is done unless said otherwise')
  const answer = await callModern(
    gateway.url,
    await gateway.mint(),
    { name: 'delete_thing', arguments: { id: 'x' } },
    {},
  )
  t.match(answer, {
    status: 400,
    body: { error: { data: { requiredCapabilities: { elicitation: { form: {} } } } } },
  })

  const result = await client.callTool({ name: 'archive_thing', arguments: { id: 't-1' } })
  t.match(result, { isError: false })
  t.same(gateway.reached, ['POST /things/t-1/archive'], '`without: call`')
  t.match(gateway.audit().at(-1), { outcome: 'ok', confirmed: 'not possible' })
})

t.test('2026-07-28: arguments that the user gives', async t => {
  const gateway = await askingGateway(t)
  const { client, asked } = await modernClient(t, gateway, () => ({
    action: 'accept',
    content: { name: 'Anchor', color: 'red', id: 'another' },
  }))
  const { tools } = await client.listTools()
  const tool = tools.find(({ name }) => name === 'rename_thing')
  t.same(Object.keys(tool?.inputSchema.properties ?? {}), ['id'], 'the model does not know of them')
  const result = await client.callTool({ name: 'rename_thing', arguments: { id: 't-1' } })
  t.match(result, { isError: false })
  t.match(asked, [
    {
      message: 'A name for “t-1”, please.',
      requestedSchema: {
        type: 'object',
        properties: {
          name: { type: 'string', minLength: 2 },
          color: { type: 'string', enum: ['red', 'blue'] },
        },
        required: ['name'],
      },
    },
  ])
  t.same(gateway.reached, ['PUT /things/t-1?name=Anchor&color=red'], 'nothing that was not asked for')
  const refused = await client.callTool({ name: 'rename_thing', arguments: { id: 't-1', name: 'Mine' } })
  t.match(refused, { isError: true })
  t.equal(asked.length, 1, 'the model can’t set them, nor are people asked about a call that can’t be made')
})

t.test('2026-07-28: questions first, then the last word with what was answered', async t => {
  const gateway = await askingGateway(t)
  const { client, asked } = await modernClient(t, gateway, () => ({
    action: 'accept',
    content: { label: 'fragile' },
  }))
  const result = await client.callTool({ name: 'label_thing', arguments: { id: 't-1' } })
  t.match(result, { isError: false })
  t.same(
    asked.map(({ message }) => message),
    ['Which label?', 'Put “fragile” on “t-1”?'],
  )
  t.same(gateway.reached, ['POST /things/t-1/label?label=fragile'])
  t.match(gateway.audit().at(-1), { confirmed: true, arguments: { id: 't-1', label: 'fragile' } })
})

async function legacyClient(
  t: Test,
  { url, mint }: AskingGateway,
  answer?: (params: { message: string }) => Answer | Promise<Answer>,
): Promise<{ client: ClientV1; transport: TransportV1; asked: { message: string }[] }> {
  const asked: { message: string }[] = []
  const capabilities = answer === undefined ? {} : { elicitation: {} }
  const client = new ClientV1({ name: 'test', version: '1' }, { capabilities })
  if (answer !== undefined) {
    client.setRequestHandler(ElicitRequestSchema, ({ params }) => {
      asked.push(params)
      return answer(params)
    })
  }
  t.teardown(() => client.close())
  const headers = { authorization: `Bearer ${await mint()}` }
  const transport = new TransportV1(new URL(url), { requestInit: { headers } })
  await client.connect(transport)
  return { client, transport, asked }
}

t.test('2025-11-25: the call waits for the user’s word', async t => {
  const gateway = await askingGateway(t)
  const answers: Answer['action'][] = ['accept', 'decline', 'cancel']
  const { client, asked } = await legacyClient(t, gateway, () => ({ action: answers.shift() ?? 'cancel' }))
  const call = (id: string) => client.callTool({ name: 'delete_thing', arguments: { id } })
  t.match(await call('t-1'), { isError: false, content: [{ type: 'text', text: 'done' }] })
  t.match(await call('t-2'), { isError: true, content: [{ text: /said no/ }] })
  t.match(await call('t-3'), { isError: true, content: [{ text: /gave no answer/ }] })
  t.equal(asked[0]?.message, 'Go ahead with “Delete a thing”?\nid: “t-1”')
  t.same(gateway.reached, ['DELETE /things/t-1'])
  t.match(gateway.audit(), [
    { outcome: 'asked', confirmed: 'asked' },
    { outcome: 'ok', confirmed: true },
    { outcome: 'asked', confirmed: 'asked' },
    { outcome: 'denied', code: 'declined', confirmed: 'declined' },
    { outcome: 'asked', confirmed: 'asked' },
    { outcome: 'denied', code: 'declined', confirmed: 'cancelled' },
  ])
})

t.test('2025-11-25: forms, asked anew where the answer can’t be taken, and then the last word', async t => {
  const gateway = await askingGateway(t)
  const names = ['A', 'Anchor']
  const { client, asked } = await legacyClient(t, gateway, () => ({
    action: 'accept',
    content: { name: names.shift() ?? '', label: 'fragile' },
  }))
  t.match(await client.callTool({ name: 'rename_thing', arguments: { id: 't-1' } }), { isError: false })
  t.match(
    asked.map(({ message }) => message),
    ['A name for “t-1”, please.', /^A name for “t-1”, please\.\nThat can’t be taken: name must be /],
  )
  t.match(await client.callTool({ name: 'label_thing', arguments: { id: 't-1' } }), { isError: false })
  t.same(gateway.reached, ['PUT /things/t-1?name=Anchor', 'POST /things/t-1/label?label=fragile'])
})

t.test(
  '2025-11-25: a session is opened for clients that can ask, at servers that do, and nowhere else',
  async t => {
    const gateway = await askingGateway(t)
    const able = await legacyClient(t, gateway, () => ({ action: 'accept' }))
    t.match(able.transport.sessionId, /^[\w-]+\.[\w-]{43}$/)
    const unable = await legacyClient(t, gateway)
    t.equal(unable.transport.sessionId, undefined)
    const refused = await unable.client.callTool({ name: 'delete_thing', arguments: { id: 't-1' } })
    t.match(refused, { isError: true, content: [{ text: /can’t ask/ }] })
    t.match(gateway.audit().at(-1), { outcome: 'denied', code: 'user_not_asked' })
    t.same(gateway.reached, [])
    t.match(await unable.client.callTool({ name: 'archive_thing', arguments: { id: 't-1' } }), {
      isError: false,
    })
    t.match(gateway.audit().at(-1), { outcome: 'ok', confirmed: 'not possible' })

    const plain = await askingGateway(t, { rules: ' []' })
    const other = await legacyClient(t, plain, () => ({ action: 'accept' }))
    t.equal(other.transport.sessionId, undefined, 'nothing is asked there')
  },
)

t.test('where tools are searched, the one that is executed asks', async t => {
  const gateway = await askingGateway(t, { servers: '[{ path: /mcp, expose: search }]' })
  const { client, asked } = await modernClient(t, gateway, () => ({ action: 'accept' }))
  const { tools } = await client.listTools()
  const execute = tools.find(({ name }) => name.endsWith('execute_manage') || name.endsWith('execute_write'))
  const input = { name: 'delete_thing', arguments: { id: 't-1' } }
  const names = [execute?.name, 'things_execute_manage', 'things_execute_write']
  const results = []
  for (const name of new Set(names)) {
    if (name !== undefined && tools.some(tool => tool.name === name)) {
      results.push(await client.callTool({ name, arguments: input }))
    }
  }
  t.equal(results.filter(({ isError }) => !isError).length, 1, 'by the tool of its tier')
  t.match(asked, [{ message: /Delete a thing/ }])
  t.same(gateway.reached, ['DELETE /things/t-1'])
  t.match(gateway.audit().at(-1)?.via ?? gateway.audit().at(-2)?.via, /execute/)

  const other = await askingGateway(t, { servers: '[{ path: /mcp, expose: search }]' })
  const { client: legacy, asked: live } = await legacyClient(t, other, () => ({ action: 'decline' }))
  for (const { name } of tools.filter(tool => tool.name.includes('execute'))) {
    t.match(await legacy.callTool({ name, arguments: input }), { isError: true })
  }
  t.equal(live.length, 1)
  t.same(other.reached, [])
})

t.test('the plain REST API asks nobody: whoever calls it decided to', async t => {
  const gateway = await askingGateway(t, { more: 'passthrough: { path: /api, api: things }' })
  const headers = { authorization: `Bearer ${await gateway.mint()}` }
  const answer = await fetch(`${gateway.origin}/api/things/t-1`, { method: 'DELETE', headers })
  t.equal(answer.status, 200)
  t.same(gateway.reached, ['DELETE /things/t-1'])
})

t.test(
  'what can’t be asked for is a mistake of the configuration, and so is what would ask nobody',
  async t => {
    const mistakes = async (rules: string) => {
      const error = await caught(askingGateway(t, { rules }))
      const { problems } = (error as { data: { problems: { path: string; message: string }[] } }).data
      return problems.map(({ path, message }) => `${path}: ${message}`).join('\n')
    }
    const rule = (operation: string, rest: string) =>
      `\n        - { match: { operation: ${operation} }, ${rest} }`
    for (const [rules, expected] of [
      [rule('deleteThings', 'confirm: true'), /rules\[0\]\.match: matches no operation/],
      [
        rule('deleteThing', "ask: [{ message: 'm', arguments: [colour] }]"),
        /ask\[0\]\.arguments\[0\]: there is no argument "colour"/,
      ],
      [rule('deleteThing', "ask: [{ message: 'm', arguments: [api_key] }]"), /"api_key" is a secret/],
      [
        rule('deleteThing', "confirm: { message: 'Use {api_key}?' }"),
        /confirm\.message: the message would show "api_key"/,
      ],
      [
        rule('deleteThing', "confirm: { message: 'Delete {thing}?' }"),
        /the message names the argument "thing"/,
      ],
      [rule('deleteThing', "ask: [{ message: 'm', arguments: [id, id] }]"), /"id" is asked for twice/],
      [
        rule(
          'deleteThing',
          "ask: [{ message: 'm', arguments: [id] }, { name: id, message: 'm', arguments: [reason] }]",
        ),
        /two questions are called "id"/,
      ],
      [rule('deleteThing', 'ask: []'), /ask/],
      [rule('deleteThing', 'confirm: { without: allow }'), /without/],
      [rule('deleteThing', "confirm: { mesage: 'm' }"), /mesage/],
    ] as const) {
      t.match(await mistakes(rules), expected)
    }
  },
)
