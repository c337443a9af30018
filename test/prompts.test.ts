/** Prompts of the configuration: filled in once, completed and read with the caller's own rights only. */
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import t from 'tap'
import { ERAS, gateway, legacy, modern, PIXEL } from './offers/gateway.ts'

const PROMPTS = `
- name: review_invoice
  title: Review an invoice
  description: Looks for mistakes in an invoice.
  arguments:
    - name: invoice_id
      title: Invoice
      description: Its id
      required: true
      from: { tool: list_invoices, items: 'items[].id' }
    - { name: tone, values: [polite, plain, pointed] }
  messages:
    - text: 'Review {{invoice_id}}, in a {{ tone }} tone. {{invoice_id}}!'
    - { role: assistant, text: 'I will look at {{invoice_id}} now; {not this}, {{nor: this}}.' }
- name: explain_invoice
  arguments: [{ name: id, required: true }]
  messages: [{ resource: 'acme://billing/v1/invoices/{{id}}' }, { text: Explain it. }]
- name: embed
  arguments: [{ name: uri, required: true }]
  messages: [{ resource: '{{uri}}' }]
- name: logo
  messages: [{ image: pixel.png }, { audio: { data: UklGRg==, mimeType: audio/wav } }]
- name: planning
  scope: read:plans
  messages: [{ text: Plan. }]
- name: globex_only
  when: principal.organization == "globex"
  messages: [{ text: Only globex. }]
- name: elsewhere
  servers: [/other]
  messages: [{ text: Elsewhere. }]
`
const more = 'servers: [{ path: /mcp }, { path: /other }]'

t.test('the list has what the caller may have, with the arguments that there are', async t => {
  const { url, mint } = await gateway(t, { prompts: PROMPTS, more })
  const token = await mint(['read:invoices'])
  for (const [era, ask] of ERAS) {
    const { prompts } = (await ask(url, token, 'prompts/list')).body.result
    t.strictSame(
      prompts.map(({ name }: { name: string }) => name),
      ['review_invoice', 'explain_invoice', 'embed', 'logo'],
      era,
    )
    t.strictSame(prompts[0], {
      name: 'review_invoice',
      title: 'Review an invoice',
      description: 'Looks for mistakes in an invoice.',
      arguments: [
        { name: 'invoice_id', title: 'Invoice', description: 'Its id', required: true },
        { name: 'tone', required: false },
      ],
    })
    t.notOk('arguments' in prompts[3])
  }
  const hinted = (await modern(url, token, 'prompts/list')).body.result
  t.match(hinted, { resultType: 'complete', ttlMs: 300_000, cacheScope: 'private' })
  const names = async (scopes: string[], organization?: string, at = url) => {
    const person = organization === undefined ? {} : { organization }
    const answer = await modern(at, await mint(scopes, person), 'prompts/list')
    return answer.body.result.prompts.map(({ name }: { name: string }) => name)
  }
  t.ok((await names(['read:*'])).includes('planning'), 'a scope that includes the one that is asked for')
  t.ok((await names(['*'], 'globex')).includes('globex_only'))
  t.notOk((await names(['*'], 'acme')).includes('globex_only'))
  t.ok((await names(['*'], 'acme', url.replace('/mcp', '/other'))).includes('elsewhere'))
})

t.test('values are put in once, as plain text', async t => {
  const { url, mint } = await gateway(t, { prompts: PROMPTS, more })
  const token = await mint(['read:invoices'])
  for (const [era, ask] of ERAS) {
    const args = { invoice_id: '{{tone}} "$&"\n</s>', tone: '{{invoice_id}}' }
    const { result } = (await ask(url, token, 'prompts/get', { name: 'review_invoice', arguments: args }))
      .body
    t.strictSame(
      result.messages,
      [
        {
          role: 'user',
          content: {
            type: 'text',
            text: `Review ${args.invoice_id}, in a {{invoice_id}} tone. ${args.invoice_id}!`,
          },
        },
        {
          role: 'assistant',
          content: {
            type: 'text',
            text: `I will look at ${args.invoice_id} now; {not this}, {{nor: this}}.`,
          },
        },
      ],
      era,
    )
    t.equal(result.description, 'Looks for mistakes in an invoice.')
    const without = await ask(url, token, 'prompts/get', {
      name: 'review_invoice',
      arguments: { invoice_id: '7' },
    })
    t.match(without.body.result.messages[0].content.text, 'Review 7, in a  tone. 7!')
  }
})

t.test('pictures and sounds come from files and from the configuration', async t => {
  const { url, mint } = await gateway(t, { prompts: PROMPTS, more })
  const { result } = (await modern(url, await mint(['*']), 'prompts/get', { name: 'logo' })).body
  t.strictSame(
    result.messages.map(({ content }: { content: object }) => content),
    [
      { type: 'image', data: PIXEL.toString('base64'), mimeType: 'image/png' },
      { type: 'audio', data: 'UklGRg==', mimeType: 'audio/wav' },
    ],
  )
})

t.test('what is not right has the specification’s code', async t => {
  const { url, mint } = await gateway(t, { prompts: PROMPTS, more })
  const token = await mint(['read:invoices'])
  const cases: [params: Record<string, unknown>, expected: object][] = [
    [{ name: 'nothing' }, { code: -32602, data: { code: 'unknown_prompt' } }],
    [{ name: 'planning' }, { code: -32602, data: { code: 'unknown_prompt' } }],
    [{ name: 'elsewhere' }, { code: -32602, data: { code: 'unknown_prompt' } }],
    [{ name: 'review_invoice' }, { code: -32602, message: /needs the argument invoice_id/ }],
    [{ name: 'review_invoice', arguments: { invoice_id: '' } }, { code: -32602 }],
    [
      { name: 'review_invoice', arguments: { invoice_id: 7 } },
      { code: -32602, message: /must be a text/ },
    ],
    [{ name: 'review_invoice', arguments: [] }, { code: -32602 }],
    [
      { name: 'review_invoice', arguments: { invoice_id: '7', other: 'x' } },
      { message: /no argument "other"/ },
    ],
    [{ name: 'logo', arguments: { __proto__x: 'x' } }, { message: /takes none/ }],
    [
      { name: 'review_invoice', arguments: { invoice_id: 'x'.repeat(65_537) } },
      { message: /longer than 65536/ },
    ],
    [{}, { code: -32602 }],
  ]
  for (const [params, expected] of cases) {
    for (const [era, ask] of ERAS) {
      t.match(
        (await ask(url, token, 'prompts/get', params)).body.error,
        expected,
        `${era} ${JSON.stringify(params).slice(0, 80)}`,
      )
    }
  }
})

t.test('a resource in a prompt is read as the caller, who can’t steer it elsewhere', async t => {
  const { url, mint, asked, audit } = await gateway(t, { prompts: PROMPTS, more })
  const token = await mint(['read:invoices'])
  const get = async (name: string, args: object, credential = token) =>
    (await modern(url, credential, 'prompts/get', { name, arguments: args })).body
  const uri = 'acme://billing/v1/invoices/inv_1'
  t.strictSame((await get('explain_invoice', { id: 'inv_1' })).result.messages, [
    {
      role: 'user',
      content: { type: 'resource', resource: { uri, mimeType: 'application/json', text: '{"id":"inv_1"}' } },
    },
    { role: 'user', content: { type: 'text', text: 'Explain it.' } },
  ])
  t.match(audit().at(-1), { event: 'resource_read', tool: 'get_invoice', arguments: { id: 'inv_1' } })
  t.strictSame(asked, ['GET /v1/invoices/inv_1'])
  for (const id of ['../plan', '..', 'export', 'a/../../plan', 'a/b']) {
    t.ok((await get('explain_invoice', { id })).error, id)
  }
  t.equal(asked.length, 1, 'the backend heard of none of these')
  t.match((await get('explain_invoice', { id: 'gone' })).error, {
    code: -32602,
    data: { code: 'unknown_resource' },
  })

  t.match((await get('embed', { uri })).result, { messages: [{ content: { resource: { uri } } }] })
  t.match((await get('embed', { uri: 'acme://billing/v1/plan' })).error, {
    code: 403,
    data: { code: 'insufficient_scope' },
  })
  t.match((await get('embed', { uri: 'file:///etc/passwd' })).error, { data: { code: 'unknown_resource' } })
  const nobody = await mint(['read:contacts'])
  t.match((await get('explain_invoice', { id: 'inv_1' }, nobody)).error, {
    data: { code: 'insufficient_scope' },
  })
})

t.test('arguments are completed from the configuration and from a tool, by the caller’s rights', async t => {
  const { url, mint, asked, audit } = await gateway(t, { prompts: PROMPTS, more })
  const complete = async (credential: string, name: string, value: string, prompt = 'review_invoice') => {
    const ref = { type: 'ref/prompt', name: prompt }
    return (await modern(url, credential, 'completion/complete', { ref, argument: { name, value } })).body
  }
  const reader = await mint(['read:invoices'])
  t.match(await complete(reader, 'tone', 'p'), {
    result: {
      resultType: 'complete',
      completion: { values: ['polite', 'plain', 'pointed'], total: 3, hasMore: false },
    },
  })
  t.match(await complete(reader, 'tone', 'LAI'), { result: { completion: { values: ['plain'], total: 1 } } })
  t.strictSame(asked, [])
  t.match(await complete(reader, 'invoice_id', 'inv'), {
    result: { completion: { values: ['inv_1', 'inv_2'] } },
  })
  t.strictSame(asked, ['GET /v1/invoices'])
  t.match(audit().at(-1), {
    event: 'tool_call',
    tool: 'list_invoices',
    via: 'completion/complete',
    outcome: 'ok',
  })

  const nobody = await mint(['read:contacts'])
  const empty = await complete(nobody, 'invoice_id', '')
  t.strictSame(
    empty.result.completion,
    { values: [], total: 0, hasMore: false },
    'who may not list, learns nothing',
  )
  t.equal(asked.length, 1, 'and nobody asked the backend for them')
  t.match(audit().at(-1), { outcome: 'denied', via: 'completion/complete' })

  t.match(await complete(reader, 'nope', ''), { error: { code: -32602 } })
  t.match(await complete(reader, 'x', '', 'planning'), {
    error: { code: -32602, data: { code: 'unknown_prompt' } },
  })
  t.match(await complete(reader, 'tone', 'x'.repeat(1_001)), { error: { code: -32602 } })
  const wrong = await legacy(url, reader, 'completion/complete', { ref: { type: 'ref/other' }, argument: {} })
  t.match(wrong.body.error, { code: -32602 })
})

t.test('a client with forms asks its user for what is missing', async t => {
  const prompts = `
- name: review
  arguments: [{ name: id, required: true, description: Which one }]
  ask: Which invoice?
  messages: [{ text: 'Review {{id}}.' }]
`
  const { url, mint } = await gateway(t, { prompts })
  const token = await mint(['*'])
  const can = { elicitation: {} }
  const first = (await modern(url, token, 'prompts/get', { name: 'review' }, can)).body.result
  t.match(first, {
    resultType: 'input_required',
    inputRequests: {
      arguments: {
        method: 'elicitation/create',
        params: {
          message: 'Which invoice?',
          requestedSchema: {
            properties: { id: { type: 'string', description: 'Which one' } },
            required: ['id'],
          },
        },
      },
    },
  })
  const again = async (result: object, more: object = {}) => {
    const inputResponses = { arguments: result }
    const params = { name: 'review', inputResponses, requestState: first.requestState, ...more }
    return (await modern(url, token, 'prompts/get', params, can)).body
  }
  t.match(await again({ action: 'accept', content: { id: '{{id}}' } }), {
    result: { resultType: 'complete', messages: [{ content: { text: 'Review {{id}}.' } }] },
  })
  t.match(await again({ action: 'accept', content: { id: '' } }), {
    result: { resultType: 'input_required' },
  })
  t.match(await again({ action: 'decline' }), { error: { data: { code: 'declined' } } })
  t.match(await again({ action: 'accept', content: { id: '1' } }, { requestState: 'v1.x.y' }), {
    error: { code: -32602 },
  })
  t.match(
    (await modern(url, token, 'prompts/get', { name: 'review' })).body.error,
    { code: -32602 },
    'without forms',
  )
})

t.test('a change of the configuration reaches the list and who listens', async t => {
  const { url, mint, reload } = await gateway(t, { prompts: PROMPTS, more })
  const token = await mint(['*'])
  const client = new Client(
    { name: 'sdk-v2', version: '2' },
    { versionNegotiation: { mode: { pin: '2026-07-28' } } },
  )
  t.teardown(() => client.close())
  const requestInit = { headers: { authorization: `Bearer ${token}` } }
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit }))
  t.match(client.getServerCapabilities(), { prompts: { listChanged: true }, completions: {} })
  t.ok((await client.listPrompts()).prompts.length > 0)
  const got = await client.getPrompt({ name: 'review_invoice', arguments: { invoice_id: '5' } })
  t.match(got.messages[0], { role: 'user', content: { type: 'text', text: /Review 5/ } })
  const completed = await client.complete({
    ref: { type: 'ref/prompt', name: 'review_invoice' },
    argument: { name: 'tone', value: 'pl' },
  })
  t.strictSame(completed.completion.values, ['plain'])
  const heard = new Promise<void>(resolve => {
    client.setNotificationHandler('notifications/prompts/list_changed', () => resolve())
  })
  await client.listen({ promptsListChanged: true })
  await reload({ prompts: '- { name: only, messages: [{ text: Hello. }] }' })
  await heard
  const { prompts } = (await modern(url, token, 'prompts/list')).body.result
  t.strictSame(prompts, [{ name: 'only' }])
})

t.test('the configuration says what a prompt can’t mean, and where', async t => {
  const wrong: [prompts: string, path: string, message: RegExp][] = [
    ['- { name: a, messages: [{ text: "{{b}}" }] }', 'prompts[0].messages[0].text', /no argument b/],
    [
      '- { name: a, arguments: [{ name: b }], messages: [{ text: x }] }',
      'prompts[0].arguments[0].name',
      /no message/,
    ],
    [
      '- { name: a, messages: [{ text: x }] }\n- { name: a, messages: [{ text: y }] }',
      'prompts[1].name',
      /has this name/,
    ],
    ['- { name: a, servers: [/x], messages: [{ text: x }] }', 'prompts[0].servers[0]', /no server/],
    ['- { name: a, messages: [{ text: x, image: pixel.png }] }', 'prompts[0].messages[0]', /exactly one/],
    ['- { name: a, messages: [{ image: none.png }] }', 'prompts[0].messages[0].image', /can’t be read/],
    ['- { name: a, messages: [{ image: billing.json }] }', 'prompts[0].messages[0].image', /media type/],
    [
      '- { name: a, arguments: [{ name: b, values: [x], from: { tool: t, items: x } }], messages: [{ text: "{{b}}" }] }',
      'prompts[0].arguments[0]',
      /two places/,
    ],
    [
      '- { name: a, arguments: [{ name: b, from: { tool: none, items: x } }], messages: [{ text: "{{b}}" }] }',
      'prompts[0].arguments[0].from.tool',
      /no such tool/,
    ],
    [
      '- { name: a, arguments: [{ name: b, from: { tool: create_invoice, items: x } }], messages: [{ text: "{{b}}" }] }',
      'prompts[0].arguments[0].from.tool',
      /more than read/,
    ],
    [
      '- { name: a, messages: [{ resource: acme://billing/none }] }',
      'prompts[0].messages[0].resource',
      /no resource/,
    ],
  ]
  for (const [prompts, path, message] of wrong) {
    await t.rejects(gateway(t, { prompts }), {
      code: 'configuration_invalid',
      data: { problems: [{ path, message, fix: /\w/ }] },
    })
  }
})
