/**
 * The official client of the second SDK generation at a whole gateway, in its three modes: as it comes (the era
 * of `initialize`), asking which era there is, and held to 2026-07-28.
 */
import {
  Client,
  type ClientOptions,
  InsufficientScopeError,
  ProtocolError,
  SdkHttpError,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client'
import t, { type Test } from 'tap'
import { build } from '../build.ts'
import { caught } from './caught.ts'
import { openHangingBackend } from './hanging-backend.ts'

interface Mode {
  readonly name: string
  readonly options: ClientOptions
  /** The revision that it must end up with. */
  readonly version: string
}

const PINNED: Mode = {
  name: 'pinned',
  options: { versionNegotiation: { mode: { pin: '2026-07-28' } } },
  version: '2026-07-28',
}
const MODES: readonly Mode[] = [
  { name: 'default', options: {}, version: '2025-11-25' },
  { name: 'auto', options: { versionNegotiation: { mode: 'auto' } }, version: '2026-07-28' },
  PINNED,
]

async function connect(
  t: Test,
  url: string,
  token: string | undefined,
  options: ClientOptions,
): Promise<Client> {
  const client = new Client({ name: 'sdk-v2', version: '2' }, options)
  t.teardown(() => client.close())
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` }
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }))
  return client
}

for (const mode of MODES) t.test(mode.name, t => testMode(t, mode))

async function testMode(t: Test, { options, version }: Mode): Promise<void> {
  t.test('lists and calls', async t => {
    const { url, mint, audit } = await build(t)
    const { token, id } = await mint(['read:invoices'])
    const client = await connect(t, url, token, options)
    t.equal(client.getNegotiatedProtocolVersion(), version)
    t.match(client.getServerVersion(), { name: 'tally', title: 'Tallybook' })
    t.match(client.getInstructions(), /Tallybook/)

    const { tools } = await client.listTools()
    t.same(tools.map(tool => tool.name).sort(), [
      'tally_get_invoice',
      'tally_get_invoice_pdf',
      'tally_list_invoices',
    ])
    const result = await client.callTool({ name: 'tally_list_invoices', arguments: { limit: 2 } })
    t.match(result, {
      isError: false,
      content: [{ type: 'text', text: /"data":\[/ }],
      structuredContent: { data: [{ id: /^inv_/ }, { id: /^inv_/ }] },
    })
    t.match(audit().at(-1), { event: 'tool_call', outcome: 'ok', credential: id, upstreamStatus: 200 })
    t.match(audit().at(-1)?.client, version === '2026-07-28' ? /sdk-v2/ : /./, 'the audit names the client')
  })

  t.test('writes, with arguments that travel in path, query and body', async t => {
    const { url, mint } = await build(t)
    const client = await connect(t, url, (await mint(['*'])).token, options)
    await client.listTools()
    const workspaces = await client.callTool({ name: 'tally_list_workspaces' })
    const { data } = workspaces.structuredContent as { data: { id: string }[] }
    const created = await client.callTool({
      name: 'tally_create_contact',
      arguments: { workspace_id: data[0]?.id, name: 'Łukasz & “Söhne”', email: 'lukasz@example.com' },
    })
    t.match(created, {
      isError: false,
      structuredContent: { id: /^con_/, name: 'Łukasz & “Söhne”' },
    })
    const { id } = created.structuredContent as { id: string }
    t.match(await client.callTool({ name: 'tally_get_contact', arguments: { id } }), {
      structuredContent: { id, email: 'lukasz@example.com' },
    })
    t.match(await client.callTool({ name: 'tally_delete_contact', arguments: { id } }), { isError: false })
    t.match(await client.callTool({ name: 'tally_get_contact', arguments: { id } }), {
      isError: true,
      content: [{ text: /404/ }],
    })
  })

  t.test('errors: what the model can mend is a result, the rest are typed', async t => {
    const { app, url, mint } = await build(t)
    const { token, id } = await mint(['read:invoices'])
    const client = await connect(t, url, token, options)
    t.match(await client.callTool({ name: 'tally_list_invoices', arguments: { limit: 'many' } }), {
      isError: true,
      content: [{ type: 'text', text: /\/limit: expected/ }],
    })
    const noTool = await caught(client.callTool({ name: 'tally_nothing' }))
    t.type(noTool, ProtocolError)
    t.match(noTool, { code: -32602, data: { code: 'unknown_tool' } })

    const denied = await caught(
      client.callTool({ name: 'tally_delete_invoice', arguments: { id: 'inv_0000000000000000' } }),
    )
    t.type(denied, InsufficientScopeError)
    t.match(denied, { requiredScope: 'manage:invoices', errorDescription: /manage:invoices/ })

    await app.store.revokeToken(id, Date.now())
    const revoked = await caught(client.callTool({ name: 'tally_list_invoices' }))
    t.type(revoked, SdkHttpError)
    t.match(revoked, { data: { status: 401, text: /"code":"invalid_token"/ } })
  })

  t.test('no credential and a wrong one are 401 at connect', async t => {
    const { url } = await build(t)
    for (const [token, code] of [
      [undefined, 'missing_token'],
      ['postern_pat_wrong', 'invalid_token'],
    ] as const) {
      const refused = await caught(connect(t, url, token, options))
      t.type(refused, SdkHttpError)
      t.match(refused, { data: { status: 401, text: new RegExp(`"code":"${code}"`) } })
    }
  })

  t.test('a call that is aborted in flight ends at the backend', async t => {
    const backend = await openHangingBackend(t)
    const { url, mint, audit } = await build(t, backend.behind)
    const client = await connect(t, url, (await mint(['read:*'])).token, options)
    const controller = new AbortController()
    const failed = caught(
      client.callTool({ name: 'tally_list_invoices' }, { signal: controller.signal, timeout: 60_000 }),
    )
    await backend.called
    controller.abort(new Error('changed my mind'))
    t.match(await failed, { message: /changed my mind/ })
    // The handshake era's client says it with a notification and keeps the exchange open, so only its end ends it.
    if (version !== '2026-07-28') await client.close()
    await backend.closed
    t.equal(backend.requests, 1, 'an aborted call is not repeated')
    t.match(audit(), [{ outcome: 'error', code: 'cancelled', tool: 'tally_list_invoices' }])
  })
}

t.test('hears through subscriptions/listen that the tools changed, and lists the new ones', async t => {
  const { app, config, url, mint } = await build(t)
  const heard = Promise.withResolvers<string[]>()
  const client = await connect(t, url, (await mint(['*'])).token, {
    ...PINNED.options,
    listChanged: {
      tools: {
        onChanged: (error, tools) => {
          if (error || tools === null) heard.reject(error ?? new Error('no list came with the news'))
          else heard.resolve(tools.map(tool => tool.name))
        },
      },
    },
  })
  const before = (await client.listTools()).tools.map(tool => tool.name)
  t.ok(before.includes('tally_list_contacts'))
  await app.reload({
    ...config,
    apis: config.apis.map(api => ({
      ...api,
      tools: { ...api.tools, exclude: [...(api.tools.exclude ?? []), { path: '/v1/contacts/**' }] },
    })),
  })
  const after = await heard.promise
  t.notOk(
    after.some(name => name.includes('contact')),
    'what the reload took away is gone',
  )
  t.ok(after.includes('tally_list_invoices'))
  t.match(await caught(client.callTool({ name: 'tally_list_contacts' })), { code: -32602 })
})

t.test('a subscription ends in good order when the gateway does', async t => {
  const { app, url, mint } = await build(t)
  const client = await connect(t, url, (await mint(['read:*'])).token, PINNED.options)
  const subscription = await client.listen({ toolsListChanged: true, promptsListChanged: true })
  t.same(subscription.honoredFilter, { toolsListChanged: true }, 'only what there is')
  const [why] = await Promise.all([subscription.closed, app.close()])
  t.equal(why, 'graceful')
})

t.test('a subscription that the client ends frees its place', async t => {
  const { url, mint } = await build(t)
  const client = await connect(t, url, (await mint(['read:*'])).token, PINNED.options)
  // More, one after the other, than one credential may hold at once.
  for (let round = 0; round < 70; round++) {
    const subscription = await client.listen({ toolsListChanged: true })
    await subscription.close()
    if (round === 0) t.equal(await subscription.closed, 'local')
  }
  t.ok((await client.listTools()).tools.length > 0)
})
