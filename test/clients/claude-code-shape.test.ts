/**
 * The sequences of requests that editors and agents put on the wire, as plain HTTP: which messages in which
 * order, with which headers, and the answers on which they depend. The clients themselves are not at hand.
 */
import t from 'tap'
import { build } from '../build.ts'

/** What came back. `body` is undefined where there was none. */
interface Answer {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: tests read into answers of any shape
  readonly body: any
}

interface Wire {
  /** POSTs a request and returns its answer. */
  readonly request: (method: string, params?: object) => Promise<Answer>
  /** POSTs whatever it is given, a notification or a batch. */
  readonly post: (message: unknown) => Promise<Answer>
  /** The GET with which clients ask for a stream of the server's own messages. */
  readonly stream: () => Promise<Answer>
  readonly end: () => Promise<Answer>
  /** Goes on with the revision that was agreed on in `initialize`. */
  readonly agree: (version: string) => void
}

/** A client that sends these headers with every request. */
function wire(url: string, own: Readonly<Record<string, string>>): Wire {
  let agreed: Record<string, string> = {}
  let id = 0
  const send = async (method: string, headers: Record<string, string>, body?: string): Promise<Answer> => {
    const response = await fetch(url, {
      method,
      headers: { ...own, ...agreed, ...headers },
      ...(body !== undefined && { body }),
    })
    const text = await response.text()
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? undefined : JSON.parse(text),
    }
  }
  const post = (message: unknown) =>
    send(
      'POST',
      { accept: 'application/json, text/event-stream', 'content-type': 'application/json' },
      JSON.stringify(message),
    )
  return {
    post,
    request: (method, params) => post({ jsonrpc: '2.0', id: id++, method, ...(params && { params }) }),
    stream: () => send('GET', { accept: 'text/event-stream' }),
    end: () => send('DELETE', {}),
    agree: version => {
      agreed = { 'mcp-protocol-version': version }
    },
  }
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const initialized = { jsonrpc: '2.0', method: 'notifications/initialized' }
const initialize = (protocolVersion: string, name: string, capabilities: object = {}) => ({
  protocolVersion,
  capabilities,
  clientInfo: { name, version: '1.0.0' },
})

t.test('Claude Code: handshake, notification, a GET that may be refused, list, call', async t => {
  const { url, mint, audit } = await build(t)
  const { token } = await mint(['read:invoices'])
  const agent = 'claude-code/2.1.197 (cli)'
  const claude = wire(url, { ...bearer(token), 'user-agent': agent })

  const hello = await claude.request('initialize', initialize('2025-11-25', 'claude-code', { roots: {} }))
  t.equal(hello.status, 200)
  t.match(hello.headers.get('content-type'), /^application\/json\b/)
  t.equal(hello.headers.get('mcp-session-id'), null, 'no session, so none to lose')
  t.match(hello.body, {
    jsonrpc: '2.0',
    id: 0,
    result: {
      protocolVersion: '2025-11-25',
      capabilities: { tools: {} },
      serverInfo: { name: 'tally', title: 'Tallybook' },
      instructions: /Tallybook/,
    },
  })
  claude.agree('2025-11-25')

  const noted = await claude.post(initialized)
  t.equal(noted.status, 202)
  t.equal(noted.body, undefined, 'accepted, without a body')

  const stream = await claude.stream()
  t.equal(stream.status, 405, 'which says: no stream here; nothing else keeps the client connected')
  t.equal(stream.headers.get('allow'), 'POST')

  const list = await claude.request('tools/list')
  t.equal(list.status, 200)
  t.equal(list.body.result.nextCursor, undefined)
  t.same(list.body.result.tools.map((tool: { name: string }) => tool.name).sort(), [
    'tally_get_invoice',
    'tally_get_invoice_pdf',
    'tally_list_invoices',
  ])
  for (const tool of list.body.result.tools) {
    t.equal(tool.inputSchema.type, 'object', `${tool.name}: the schema is an object`)
    t.match(tool.name, /^[a-zA-Z0-9_-]{1,64}$/, 'a name that every model’s API takes')
  }

  const params = { name: 'tally_list_invoices', arguments: { limit: 1 }, _meta: { progressToken: 7 } }
  const call = await claude.request('tools/call', params)
  t.equal(call.status, 200)
  t.match(call.body.result, { isError: false, content: [{ type: 'text' }] })
  t.match(audit(), [{ tool: 'tally_list_invoices', outcome: 'ok', client: agent }])

  t.equal((await claude.end()).status, 405, 'there is no session to end')
})

t.test('Claude Code: what it asks when it checks a connection finds an answer', async t => {
  const { url, mint } = await build(t)
  const claude = wire(url, bearer((await mint(['read:*'])).token))
  await claude.request('initialize', initialize('2025-11-25', 'claude-code'))
  claude.agree('2025-11-25')
  t.match((await claude.request('ping')).body, { result: {} })
  for (const method of ['prompts/list', 'resources/list', 'resources/templates/list', 'logging/setLevel']) {
    const { status, body } = await claude.request(method, {})
    t.equal(status, 200, `${method}: HTTP is fine`)
    t.match(body.error, { code: -32601 }, `${method}: and the method is not offered`)
  }
  const cancelled = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 99 } }
  t.equal((await claude.post(cancelled)).status, 202)
})

t.test('Claude Code: a wrong token is 401 with a challenge, from the first message on', async t => {
  const { url } = await build(t)
  const claude = wire(url, bearer('postern_pat_wrong'))
  const { status, headers, body } = await claude.request(
    'initialize',
    initialize('2025-11-25', 'claude-code'),
  )
  t.equal(status, 401)
  t.match(headers.get('www-authenticate'), /^Bearer realm="tally", error="invalid_token"/)
  t.match(body.error.data, { code: 'invalid_token' })
})

t.test('Cursor: the header pair on every request, the GET included', async t => {
  const { url, product, audit } = await build(t)
  const { email, token } = product.credentials.pair('viewer')
  const cursor = wire(url, { Email: email, Token: token, 'user-agent': 'Cursor/2.1.0 (linux x64)' })
  const hello = await cursor.request('initialize', initialize('2025-06-18', 'cursor-vscode', { roots: {} }))
  t.equal(hello.body.result.protocolVersion, '2025-06-18', 'the revision that it asked for')
  cursor.agree('2025-06-18')
  t.equal((await cursor.post(initialized)).status, 202)
  t.equal((await cursor.stream()).status, 405)
  const { body } = await cursor.request('tools/list')
  t.ok(body.result.tools.length > 0)
  const call = await cursor.request('tools/call', { name: 'tally_list_workspaces', arguments: {} })
  t.match(call.body.result, { isError: false, structuredContent: { data: [{ id: /^ws_/ }] } })
  t.match(audit(), [{ scheme: 'headers', tool: 'tally_list_workspaces', outcome: 'ok' }])
  t.notMatch(JSON.stringify(audit()), token)
})

t.test('VS Code: an editor’s Origin is none, the newest revision that it knows is agreed on', async t => {
  const { url, mint } = await build(t)
  const code = wire(url, { ...bearer((await mint(['read:*'])).token), 'user-agent': 'node' })
  const capabilities = {
    roots: { listChanged: true },
    sampling: {},
    elicitation: { form: {}, url: {} },
    tasks: { list: {}, cancel: {} },
  }
  const hello = await code.request('initialize', initialize('2025-11-25', 'Visual Studio Code', capabilities))
  t.equal(hello.body.result.protocolVersion, '2025-11-25')
  code.agree('2025-11-25')
  t.equal((await code.post(initialized)).status, 202)
  t.equal((await code.stream()).status, 405)
  t.match((await code.request('tools/list', {})).body.result.tools, [{ annotations: { readOnlyHint: true } }])
})

t.test('Codex: a revision of the future falls back, and it says no revision afterwards', async t => {
  const { url, mint } = await build(t)
  const codex = wire(url, {
    ...bearer((await mint(['read:*'])).token),
    'user-agent': 'codex_cli_rs/0.60.0 (Linux)',
  })
  const hello = await codex.request('initialize', initialize('2099-01-01', 'codex-mcp-client'))
  t.equal(hello.status, 200)
  t.equal(hello.body.result.protocolVersion, '2025-11-25', 'the newest one of this era')
  // Without MCP-Protocol-Version the server assumes 2025-03-26.
  t.equal((await codex.post(initialized)).status, 202)
  const call = await codex.request('tools/call', { name: 'tally_list_workspaces' })
  t.match(call.body.result, { isError: false })
})

t.test('a page in a browser: a foreign Origin is turned away, one of this machine is let in', async t => {
  const { url, mint } = await build(t)
  const authorization = bearer((await mint(['read:*'])).token)
  const evil = await wire(url, { ...authorization, origin: 'https://evil.example' }).request('tools/list')
  t.equal(evil.status, 403)
  t.match(evil.body.error.data, { code: 'origin_not_allowed' })
  t.equal(evil.headers.get('access-control-allow-origin'), null)
  const local = await wire(url, { ...authorization, origin: 'http://localhost:6274' }).request('tools/list')
  t.equal(local.status, 200)
  t.equal(local.headers.get('access-control-allow-origin'), 'http://localhost:6274')
  const unknown = await wire(url, { origin: 'http://localhost:6274' }).request('tools/list')
  t.equal(unknown.status, 401)
  t.equal(
    unknown.headers.get('access-control-allow-origin'),
    'http://localhost:6274',
    'so that it can be read',
  )
  t.match(unknown.headers.get('access-control-expose-headers'), /www-authenticate/i)
})

t.test('2025-03-26: a batch of requests and notifications', async t => {
  const { url, mint, audit } = await build(t)
  const old = wire(url, bearer((await mint(['read:invoices'])).token))
  const hello = await old.request('initialize', initialize('2025-03-26', 'old-client'))
  t.equal(hello.body.result.protocolVersion, '2025-03-26')
  const call = (id: unknown, name: string, args: object = {}) => ({
    jsonrpc: '2.0',
    id,
    method: 'tools/call',
    params: { name, arguments: args },
  })
  const { status, body } = await old.post([
    initialized,
    { jsonrpc: '2.0', id: 'list', method: 'tools/list' },
    call(1, 'tally_list_invoices', { limit: 1 }),
    call(2, 'tally_delete_invoice', { id: 'inv_0000000000000000' }),
    call(3, 'tally_list_invoices', { limit: 'many' }),
    { jsonrpc: '2.0', id: 4, method: 'ping' },
    { jsonrpc: '1.0', id: 5, method: 'ping' },
  ])
  t.equal(status, 200)
  // biome-ignore lint/suspicious/noExplicitAny: answers of any shape
  const byId = new Map<unknown, any>(body.map((answer: { id?: unknown }) => [answer.id, answer]))
  t.equal(body.length, 6, 'one answer for each request, none for the notification')
  t.match(byId.get('list'), { result: { tools: { length: 3 } } })
  t.match(byId.get(1), { result: { isError: false } })
  t.match(
    byId.get(2),
    { error: { code: 403, data: { code: 'insufficient_scope' } } },
    'policy holds in batches',
  )
  t.match(byId.get(3), { result: { isError: true } })
  t.match(byId.get(4), { result: {} })
  t.match(byId.get(5), { error: { code: -32600 } })
  t.equal(audit().filter(record => record.event === 'tool_call').length, 3, 'each call has its record')

  const notes = await old.post([initialized, initialized])
  t.equal(notes.status, 202)
  t.equal(notes.body, undefined)
  t.equal((await old.post([])).status, 400)
  t.equal((await wire(url, {}).post([initialized])).status, 401, 'a batch needs a credential too')
})

t.test('later revisions have no batches', async t => {
  const { url, mint } = await build(t)
  const later = wire(url, bearer((await mint(['read:*'])).token))
  for (const version of ['2025-06-18', '2025-11-25', '2026-07-28']) {
    later.agree(version)
    const { status, body } = await later.post([{ jsonrpc: '2.0', id: 1, method: 'ping' }])
    t.equal(status, 400, version)
    t.match(body.error, { code: -32600 })
  }
})
