// biome-ignore-all lint/suspicious/noTemplateCurlyInString: placeholders are what is tested.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { PassThrough } from 'node:stream'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { credentialHeaders } from '../../src/bridge/credential-headers.ts'
import { encodeHeaderValue } from '../../src/bridge/encode-header-value.ts'
import { explainException } from '../../src/bridge/explain-failure.ts'
import { parameterHeaders, parameterHeaderValues } from '../../src/bridge/parameter-headers.ts'
import { parseEvents } from '../../src/bridge/parse-events.ts'
import { readLines } from '../../src/bridge/read-lines.ts'
import { remoteUrl } from '../../src/bridge/remote-url.ts'
import { runBridge } from '../../src/bridge/run-bridge.ts'

type Json = Record<string, unknown>
type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void

const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
}
const modern = (id: number | string, method: string, params: Json = {}) =>
  JSON.stringify({ jsonrpc: '2.0', id, method, params: { ...params, _meta: META } })

interface Seen {
  readonly method: string | undefined
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

async function serve(t: Test, handler: Handler): Promise<{ url: URL; seen: Seen[] }> {
  const seen: Seen[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    seen.push({ method: request.method, headers: request.headers, body })
    handler(request, response, body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`), seen }
}

function json(
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: Record<string, string> = {},
) {
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers })
  response.end(typeof value === 'string' ? value : JSON.stringify(value))
}

/** A bridge with its client's end: `send` writes a line, `next` reads one, `end` closes the input. */
function bridge(url: URL, options: { credential?: Record<string, string>; drain?: number } = {}) {
  const input = new PassThrough()
  const output = new PassThrough()
  const errors = new PassThrough()
  const lines = readLines(output, 1e9)
  const done = runBridge({
    url,
    credential: options.credential ?? {},
    input,
    output,
    errors,
    ...(options.drain !== undefined && { drain: options.drain }),
  })
  return {
    input,
    output,
    send: (line: string) => input.write(`${line}\n`),
    next: async () => {
      const { value, done } = await lines.next()
      if (done) throw new Error('no more lines')
      return JSON.parse(value) as Json & { error?: { code: number; message: string } }
    },
    raw: async () => (await lines.next()).value,
    end: async () => {
      input.end()
      await done
      output.end()
      errors.end()
      const rest: string[] = []
      for await (const line of lines) rest.push(line)
      return { rest, errors: Buffer.concat(await errors.toArray()).toString() }
    },
  }
}

t.test('a modern request is sent as it is, with its headers and the credential', async t => {
  const { url, seen } = await serve(t, (_request, response) =>
    json(response, 200, '{"jsonrpc":"2.0",\n "id":1,\r\n "result":{"n":12345678901234567890,"s":"a\\nb"}}'),
  )
  const client = bridge(url, { credential: { Authorization: 'Bearer secret' } })
  const line = modern(1, 'tools/call', { name: 'größe', arguments: {} })
  client.send(line)
  t.equal(await client.raw(), '{"jsonrpc":"2.0",  "id":1,  "result":{"n":12345678901234567890,"s":"a\\nb"}}')
  const { rest, errors } = await client.end()
  t.same(rest, [])
  t.equal(errors, '')
  t.equal(seen[0]?.body, line)
  t.match(seen[0]?.headers, {
    accept: 'application/json, text/event-stream',
    'content-type': 'application/json',
    authorization: 'Bearer secret',
    'mcp-protocol-version': '2026-07-28',
    'mcp-method': 'tools/call',
    'mcp-name': '=?base64?Z3LDtsOfZQ==?=',
  })
})

t.test('the handshake era: version and session are kept, sent and ended', async t => {
  const { url, seen } = await serve(t, (request, response, body) => {
    if (request.method === 'GET') return json(response, 405, {})
    if (request.method === 'DELETE') return json(response, 200, {})
    const message = JSON.parse(body) as Json
    if (message.method === 'initialize') {
      const result = {
        protocolVersion: '2025-06-18',
        capabilities: {},
        serverInfo: { name: 's', version: '1' },
      }
      return json(response, 200, { jsonrpc: '2.0', id: message.id, result }, { 'Mcp-Session-Id': 'abc' })
    }
    if (message.id === undefined) return response.writeHead(202).end()
    json(response, 200, { jsonrpc: '2.0', id: message.id, result: {} })
  })
  const client = bridge(url)
  client.send('{"jsonrpc":"2.0","id":"i","method":"initialize","params":{"protocolVersion":"2025-11-25"}}')
  client.send('{"jsonrpc":"2.0","method":"notifications/initialized"}')
  client.send('{"jsonrpc":"2.0","id":2,"method":"tools/list"}')
  t.equal((await client.next()).id, 'i')
  t.equal((await client.next()).id, 2)
  await client.end()
  const posts = seen.filter(request => request.method === 'POST')
  t.same(
    posts.map(({ body }) => JSON.parse(body).method),
    ['initialize', 'notifications/initialized', 'tools/list'],
    'nothing overtakes the handshake',
  )
  t.equal(posts[0]?.headers['mcp-protocol-version'], undefined)
  for (const { headers } of posts.slice(1)) {
    t.match(headers, { 'mcp-protocol-version': '2025-06-18', 'mcp-session-id': 'abc' })
    t.equal(headers['mcp-method'], undefined)
  }
  const ended = seen.filter(request => request.method === 'DELETE')
  t.equal(ended.length, 1)
  t.equal(ended[0]?.headers['mcp-session-id'], 'abc')
})

t.test('a stream’s events become lines, whole and in order', async t => {
  const { url } = await serve(t, (_request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8' })
    response.write(
      ': hello\n\nevent: message\ndata: {"jsonrpc":"2.0",\ndata: "method":"notifications/progress"}\n\n',
    )
    response.end('data: no json\n\ndata: {"jsonrpc":"2.0","id":1,"result":{"content":[]}}\n\n')
  })
  const client = bridge(url)
  client.send(modern(1, 'tools/call', { name: 'x' }))
  t.equal(await client.raw(), '{"jsonrpc":"2.0", "method":"notifications/progress"}')
  t.match(await client.next(), { id: 1, result: { content: [] } })
  const { errors } = await client.end()
  t.match(errors, /no JSON-RPC message/)
})

t.test('errors: a JSON-RPC body gets the id, everything else gets words', async t => {
  const { url } = await serve(t, (_request, response, body) => {
    const { id } = JSON.parse(body)
    if (id === 'rpc') {
      return json(response, 401, {
        jsonrpc: '2.0',
        id: null,
        error: { code: 401, message: 'mine', data: { code: 'x' } },
      })
    }
    if (id === 'plain') return json(response, 401, { detail: 'Not authenticated' })
    if (id === 'html') return response.writeHead(200, { 'Content-Type': 'text/html' }).end('<html>')
    if (id === 'cut') {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' })
      return response.end(': nothing\n\n')
    }
    if (id === 'other') return json(response, 200, { jsonrpc: '2.0', id: 'another', result: {} })
    response.writeHead(202).end()
  })
  const client = bridge(url)
  for (const [id, code, words] of [
    ['rpc', 401, /^mine$/],
    ['plain', 401, /POSTERN_TOKEN/],
    ['html', 200, /MCP endpoint/],
    ['cut', 502, /ended the stream/],
    ['other', 502, /another request/],
    ['accepted', 202, /MCP endpoint/],
  ] as const) {
    client.send(modern(id, 'tools/list'))
    const answer = await client.next()
    t.equal(answer.id, id)
    t.equal(answer.error?.code, code, id)
    t.match(answer.error?.message, words)
  }
  client.send('not json')
  t.equal((await client.next()).error?.code, -32700)
  const { rest } = await client.end()
  t.same(rest, [], 'every request has one answer')
})

t.test('credentials never follow a redirect to another origin', async t => {
  const elsewhere = await serve(t, (_request, response) => json(response, 200, {}))
  const { url, seen } = await serve(t, (request, response, body) => {
    const { id } = JSON.parse(body)
    if (request.url === '/v2') return json(response, 200, { jsonrpc: '2.0', id, result: {} })
    response.writeHead(id === 'away' ? 307 : id === 'get' ? 302 : 308, {
      Location: id === 'away' ? elsewhere.url.href : id === 'loop' ? '/mcp' : '/v2',
    })
    response.end()
  })
  const client = bridge(url, { credential: { Token: 'secret' } })
  client.send(modern('away', 'tools/list'))
  const refused = await client.next()
  t.equal(refused.error?.code, 307)
  t.match(refused.error?.message, elsewhere.url.origin)
  t.equal(elsewhere.seen.length, 0)
  client.send(modern('near', 'tools/list'))
  t.match(await client.next(), { id: 'near', result: {} })
  t.equal(seen.at(-1)?.headers.token, 'secret')
  client.send(modern('get', 'tools/list'))
  t.equal((await client.next()).error?.code, 302)
  client.send(modern('loop', 'tools/list'))
  t.equal((await client.next()).error?.code, 308)
  await client.end()
})

t.test('requests run side by side, a cancelled one gets no answer', async t => {
  const held = new Map<string, ServerResponse>()
  const closed = new PassThrough()
  const { url, seen } = await serve(t, (_request, response, body) => {
    const { id } = JSON.parse(body)
    if (id === undefined) return response.writeHead(202).end()
    if (id === 'fast') return json(response, 200, { jsonrpc: '2.0', id, result: {} })
    response.on('close', () => closed.write(`${id}\n`))
    held.set(id, response)
  })
  const closes = readLines(closed, 1_000)
  const client = bridge(url)
  client.send(modern('slow', 'tools/call', { name: 'x' }))
  client.send(modern('fast', 'tools/call', { name: 'x' }))
  t.equal((await client.next()).id, 'fast')
  client.send('{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"slow"}}')
  t.equal((await closes.next()).value, 'slow', 'the server sees the stream closed')
  client.send('{"jsonrpc":"2.0","id":"old","method":"tools/call","params":{"name":"x"}}')
  client.send('{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"old"}}')
  client.send('{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"unknown"}}')
  client.send(modern('fast', 'tools/list'))
  t.equal((await client.next()).id, 'fast')
  const { rest } = await client.end()
  t.same(rest, [])
  t.same(
    seen.map(({ body }) => JSON.parse(body)).filter(({ method }) => method === 'notifications/cancelled')
      .length,
    1,
    'only the handshake era is told in words, and only of what is in flight',
  )
})

t.test('subscriptions/listen streams until it is cancelled', async t => {
  let stream: ServerResponse | undefined
  const { url } = await serve(t, (_request, response) => {
    stream = response.writeHead(200, { 'Content-Type': 'text/event-stream' })
    stream.write(
      'data: {"jsonrpc":"2.0","method":"notifications/subscriptions/acknowledged","params":{}}\n\n',
    )
  })
  const client = bridge(url)
  client.send(modern(1, 'subscriptions/listen', { notifications: { toolsListChanged: true } }))
  t.match(await client.next(), { method: 'notifications/subscriptions/acknowledged' })
  stream?.write('data: {"jsonrpc":"2.0","method":"notifications/tools/list_changed","params":{}}\n\n')
  t.match(await client.next(), { method: 'notifications/tools/list_changed' })
  const { rest } = await client.end()
  t.same(rest, [], 'the end of the input ends it in silence')
})

t.test('the end of the input waits for answers, but not for ever', async t => {
  const { url } = await serve(t, (_request, response, body) => {
    const { id } = JSON.parse(body)
    if (id === 1) setImmediate(() => json(response, 200, { jsonrpc: '2.0', id, result: {} }))
  })
  const patient = bridge(url)
  patient.send(modern(1, 'tools/list'))
  const { rest } = await patient.end()
  t.equal(rest.length, 1)
  const bounded = bridge(url, { drain: 20 })
  bounded.send(modern(2, 'tools/list'))
  t.same((await bounded.end()).rest, [])
})

t.test('a client that stops reading ends the bridge', async t => {
  const { url } = await serve(t, (_request, response, body) =>
    json(response, 200, { jsonrpc: '2.0', id: JSON.parse(body).id, result: {} }),
  )
  const input = new PassThrough()
  const output = new PassThrough()
  const done = runBridge({ url, credential: {}, input, output, errors: new PassThrough() })
  output.destroy(new Error('EPIPE'))
  input.write(`${modern(1, 'tools/list')}\n`)
  await done
  t.ok(true, 'although the input is still open')
})

t.test('a server of the handshake era resumes an interrupted answer', async t => {
  const { url, seen } = await serve(t, (request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' })
    if (request.method === 'GET') return response.end('id: 2\ndata: {"jsonrpc":"2.0","id":1,"result":{}}\n\n')
    response.end('id: 1\nretry: 1\ndata:\n\n')
  })
  const client = bridge(url)
  client.send('{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"x"}}')
  t.match(await client.next(), { id: 1, result: {} })
  await client.end()
  t.equal(seen[1]?.headers['last-event-id'], '1')
})

t.test('messages that no request asked for arrive over the server’s own stream', async t => {
  const { url } = await serve(t, (request, response, body) => {
    if (request.method === 'GET') {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' })
      return response.write('data: {"jsonrpc":"2.0","id":7,"method":"ping"}\n\n')
    }
    t.ok(body)
    response.writeHead(202).end()
  })
  const client = bridge(url)
  client.send('{"jsonrpc":"2.0","method":"notifications/initialized"}')
  t.match(await client.next(), { id: 7, method: 'ping' })
  client.send('{"jsonrpc":"2.0","id":7,"result":{}}')
  const { rest, errors } = await client.end()
  t.same(rest, [])
  t.equal(errors, '')
})

t.test('arguments are repeated as headers where the tool says so; broken tools are left out', async t => {
  const tools = [
    {
      name: 'query',
      inputSchema: { type: 'object', properties: { region: { type: 'string', 'x-mcp-header': 'Region' } } },
    },
    { name: 'evil', inputSchema: { properties: { a: { type: 'string', 'x-mcp-header': 'A\r\nB' } } } },
  ]
  const { url, seen } = await serve(t, (_request, response, body) =>
    json(response, 200, { jsonrpc: '2.0', id: JSON.parse(body).id, result: { tools } }),
  )
  const client = bridge(url)
  client.send(modern(1, 'tools/list'))
  t.match(await client.next(), { result: { tools: [{ name: 'query' }] } })
  client.send(modern(2, 'tools/call', { name: 'query', arguments: { region: 'Zürich' } }))
  await client.next()
  const { errors } = await client.end()
  t.match(errors, /"evil" is left out/)
  t.equal(seen[1]?.headers['mcp-param-region'], '=?base64?WsO8cmljaA==?=')
})

t.test('which annotations hold', async t => {
  const property = { type: 'string', 'x-mcp-header': 'A' }
  t.same(
    [...(parameterHeaders({ properties: { o: { properties: { a: property } } } }) ?? [])],
    [['A', ['o', 'a']]],
  )
  t.equal(parameterHeaders({ properties: { o: { items: property } } }), undefined, 'through items')
  t.equal(parameterHeaders({ anyOf: [{ properties: { a: property } }] }), undefined, 'through anyOf')
  t.equal(parameterHeaders({ properties: { a: { ...property, type: 'number' } } }), undefined, 'number')
  t.equal(
    parameterHeaders({ properties: { a: property, b: { ...property, 'x-mcp-header': 'a' } } }),
    undefined,
    'twice the same name',
  )
  t.same(
    parameterHeaders({ properties: { 'x-mcp-header': { type: 'string' } } })?.size,
    0,
    'a property of that name',
  )
  const headers = new Map([
    ['A', ['o', 'a']],
    ['B', ['b']],
    ['C', ['c']],
  ])
  t.same(parameterHeaderValues(headers, { o: { a: true }, b: null }), { 'Mcp-Param-A': 'true' })
})

t.test('what can’t be connected to is explained', async t => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  const client = bridge(new URL(`http://127.0.0.1:${port}/mcp`))
  client.send(modern(1, 'tools/list'))
  const answer = await client.next()
  t.equal(answer.error?.code, 502)
  t.match(answer.error?.message, `Nothing listens at 127.0.0.1:${port}`)
  await client.end()
  const url = new URL('https://mcp.example.com/mcp')
  const failure = (code: string) =>
    explainException(new TypeError('fetch failed', { cause: Object.assign(new Error(), { code }) }), url)
  t.match(failure('ENOTFOUND').message, /can’t be resolved/)
  t.match(failure('DEPTH_ZERO_SELF_SIGNED_CERT').message, /NODE_EXTRA_CA_CERTS/)
  t.match(failure('CERT_HAS_EXPIRED').message, /expired/)
  t.match(failure('ERR_TLS_CERT_ALTNAME_INVALID').message, /another name/)
  t.equal(failure('UND_ERR_HEADERS_TIMEOUT').code, 504)
})

t.test('the credential’s headers', async t => {
  const environment = (name: string) => ({ POSTERN_TOKEN: 'tok\n', KEY: 'k e y' })[name]
  const none = () => undefined
  t.same(credentialHeaders([], none), {})
  t.same(credentialHeaders([], environment), { Authorization: 'Bearer tok' })
  t.same(credentialHeaders(['X-Tenant: a'], environment), { 'X-Tenant': 'a', Authorization: 'Bearer tok' })
  t.same(credentialHeaders(['authorization: Basic x'], environment), { authorization: 'Basic x' })
  t.same(credentialHeaders(['X-Api-Key:${KEY}'], environment), {
    'X-Api-Key': 'k e y',
    Authorization: 'Bearer tok',
  })
})

t.test('the credential’s headers: what is refused', async t => {
  const environment = (name: string) => ({ POSTERN_TOKEN: 'tok', KEY: 'k e y', BAD: 'a\r\nHost: b' })[name]
  t.same(credentialHeaders(['X-Api-Key:${POSTERN_TOKEN}'], environment), { 'X-Api-Key': 'tok' })
  for (const [options, words] of [
    [['X-Api-Key: ${MISSING}'], /MISSING is not set/],
    [['X-Api-Key: ${BAD}'], /line break/],
    [['no colon'], /Name: value/],
    [['Host: evil'], /set by the transport/],
    [['Mcp-Session-Id: x'], /set by the transport/],
    [['Token: a', 'token: b'], /twice/],
    [['Token:'], /empty/],
  ] as const) {
    t.throws(() => credentialHeaders(options, environment), { code: 'invalid_params', message: words })
  }
})

t.test('which URLs are taken', async t => {
  t.equal(remoteUrl('https://mcp.example.com/mcp#x').href, 'https://mcp.example.com/mcp')
  for (const url of ['http://localhost:1/mcp', 'http://127.0.0.1/mcp', 'http://[::1]:8080/mcp']) {
    t.equal(remoteUrl(url).href, new URL(url).href)
  }
  t.throws(() => remoteUrl('http://mcp.example.com/mcp'), /unencrypted/)
  t.throws(() => remoteUrl('http://localhost.example.com/mcp'), /unencrypted/)
  t.equal(remoteUrl('http://mcp.example.com/mcp', true).protocol, 'http:')
  t.throws(() => remoteUrl('ftp://a/b'), /not supported/)
  t.throws(() => remoteUrl('https://user:secret@a/b'), /user name or password/)
  t.throws(() => remoteUrl('mcp.example.com/mcp'), /is not a URL/)
})

t.test('header values', async t => {
  t.equal(encodeHeaderValue('us-west1'), 'us-west1')
  t.equal(encodeHeaderValue('Hello, 世界'), '=?base64?SGVsbG8sIOS4lueVjA==?=')
  t.equal(encodeHeaderValue(' padded '), '=?base64?IHBhZGRlZCA=?=')
  t.equal(encodeHeaderValue('line1\nline2'), '=?base64?bGluZTEKbGluZTI=?=')
  t.equal(encodeHeaderValue('=?base64?literal?='), '=?base64?PT9iYXNlNjQ/bGl0ZXJhbD89?=')
})

t.test('events, however the bytes are cut', async t => {
  const text = '\uFEFFid: 1\r\ndata: ä\r\ndata:  b\rdata\n\n:c\r\r\ndata: last\n\ndata: broken off'
  const bytes = Buffer.from(text)
  const parse = async (size: number) => {
    const events: unknown[] = []
    async function* chunks() {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
    }
    for await (const event of parseEvents(chunks(), 1_000)) events.push(event)
    return events
  }
  const expected = [
    { event: 'message', data: 'ä\n b\n', id: '1', retry: undefined },
    { event: 'message', data: 'last', id: '1', retry: undefined },
  ]
  for (const size of [1, 2, 3, 5, 1_000]) t.same(await parse(size), expected, `${size} bytes`)
  async function* endless() {
    for (;;) yield Buffer.from('data: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n')
  }
  await t.rejects(async () => {
    for await (const _event of parseEvents(endless(), 1_000)) t.fail('no event ends')
  }, /larger/)
})

t.test('lines end with a line feed alone', async t => {
  async function* chunks() {
    yield 'a\r\n\n{"s":"\u2028"}\nb'
    yield Buffer.from('c')
  }
  const lines: string[] = []
  for await (const line of readLines(chunks(), 100)) lines.push(line)
  t.same(lines, ['a', '{"s":"\u2028"}', 'bc'])
  await t.rejects(async () => {
    for await (const _line of readLines(chunks(), 1)) t.ok(true)
  }, /longer/)
})

t.test('the command: protocol on standard output, and it ends with its input', async t => {
  const { url, seen } = await serve(t, (_request, response, body) =>
    json(response, 200, { jsonrpc: '2.0', id: JSON.parse(body).id, result: {} }),
  )
  const source = fileURLToPath(new URL('../../src/cli/bridge.ts', import.meta.url))
  const script = `
    import { Command } from 'commander'
    const { registerBridge } = await import(${JSON.stringify(source)})
    const program = new Command('postern')
    registerBridge(program)
    await program.parseAsync(['node', 'postern', 'bridge', ${JSON.stringify(url.href)}])`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    env: { ...process.env, POSTERN_TOKEN: 'pat_1' },
    stdio: ['pipe', 'pipe', 'inherit'],
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
  })
  child.stdin.end(`${modern(1, 'tools/list')}\n`)
  const output = Buffer.concat(await child.stdout.toArray()).toString()
  const [code] = child.exitCode === null ? await once(child, 'exit') : [child.exitCode]
  t.equal(code, 0)
  t.equal(output, '{"jsonrpc":"2.0","id":1,"result":{}}\n')
  t.equal(seen[0]?.headers.authorization, 'Bearer pat_1')
})
