import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server'
import t, { type Test } from 'tap'
import { z } from 'zod'
import { callTool } from '../../src/cli/call/call-tool.ts'
import { readArguments } from '../../src/cli/call/read-arguments.ts'
import { renderResult } from '../../src/cli/call/render-result.ts'

const schema = {
  type: 'object',
  properties: {
    id: { type: 'string' },
    limit: { type: 'integer' },
    ratio: { type: ['number', 'null'] },
    draft: { type: 'boolean' },
    tags: { type: 'array', items: { type: 'string' } },
    counts: { type: 'array', items: { $ref: '#/$defs/count' } },
    filter: { type: 'object' },
    either: { anyOf: [{ type: 'integer' }, { type: 'string' }] },
    level: { enum: [1, 2] },
    ref: { $ref: '#/$defs/count' },
    loop: { $ref: '#/$defs/loop' },
    anything: {},
  },
  $defs: { count: { type: 'integer' }, loop: { $ref: '#/$defs/loop' } },
}

t.test('values become what the schema says', async t => {
  const read = (...pairs: string[]) => readArguments(pairs, undefined, schema)
  t.same(read('id=007', 'limit=10', 'ratio=-1.5e3', 'draft=true'), {
    id: '007',
    limit: 10,
    ratio: -1500,
    draft: true,
  })
  t.same(read('ratio=null', 'id=null'), { ratio: null, id: 'null' })
  t.same(read('tags=a', 'tags=b,c'), { tags: ['a', 'b,c'] })
  t.same(read('tags=["a"]', 'counts=1', 'counts=2'), { tags: ['a'], counts: [1, 2] })
  t.same(read('filter={"a":1}', 'either=5', 'level=2', 'ref=3'), {
    filter: { a: 1 },
    either: 5,
    level: 2,
    ref: 3,
  })
  t.same(read('either=x', 'anything=1', 'unknown=1', 'loop=1'), {
    either: 'x',
    anything: '1',
    unknown: '1',
    loop: '1',
  })
  t.same(read('anything:=1', 'id:="x"', 'url=a=b:=c', 'id2='), {
    anything: 1,
    id: 'x',
    url: 'a=b:=c',
    id2: '',
  })
  t.same(readArguments(['id=a'], '{"id":"b","limit":1}', schema), { id: 'a', limit: 1 })
  t.same(readArguments(['__proto__=x'], undefined, undefined), JSON.parse('{"__proto__":"x"}'))
})

t.test('values that can’t be are named', async t => {
  for (const [pairs, json, words] of [
    [['limit=ten'], undefined, /--arg limit: "ten" is not integer/],
    [['draft=yes'], undefined, /--arg draft: "yes" is not boolean/],
    [['filter=x'], undefined, /--arg filter: "x" is not JSON/],
    [['id:=x'], undefined, /--arg id: "x" is not JSON/],
    [['id'], undefined, /name=value/],
    [['=x'], undefined, /name=value/],
    [['id=a', 'id=b'], undefined, /given twice/],
    [[], '[]', /must be a JSON object/],
    [[], '{', /--json: "\{" is not JSON/],
  ] as const) {
    t.throws(() => readArguments(pairs, json, schema), { code: 'invalid_params', message: words })
  }
})

t.test('results as people read them', async t => {
  const text = (value: string) => ({ content: [{ type: 'text' as const, text: value }] })
  t.equal(renderResult(text('a'), false), 'a\n')
  t.equal(renderResult(text('a\n'), false), 'a\n')
  t.equal(renderResult(text('\u001b[2J'), false), '\u001b[2J\n')
  t.equal(renderResult(text('\u001b[2Ja\r\nb\tc'), true), '\ufffd[2Ja\nb\tc\n')
  t.equal(renderResult({ content: [], structuredContent: { a: 1 } }, false), '{\n  "a": 1\n}\n')
  t.equal(renderResult({ content: [] }, false), '')
  t.equal(
    renderResult(
      {
        content: [
          { type: 'image', data: 'AAAA', mimeType: 'image/png' },
          { type: 'resource', resource: { uri: 'postern:a', mimeType: 'application/pdf', blob: 'AAA=' } },
          { type: 'resource', resource: { uri: 'postern:a', text: 'x' } },
          { type: 'resource_link', uri: 'https://a/b', name: 'b' },
        ],
      },
      false,
    ),
    '[image/png, 3 bytes; --raw prints it]\n[application/pdf, 2 bytes, postern:a; --raw prints it]\nx\n[https://a/b]\n',
  )
})

/** A server of the official SDK with one tool, which a `refuse` may answer for. */
async function serve(t: Test, refuse: (body: string) => [number, unknown] | undefined = () => undefined) {
  const seen: IncomingHttpHeaders[] = []
  const handler = createMcpHandler(() => {
    const server = new McpServer({ name: 's', version: '1' }, { capabilities: { tools: {} } })
    server.registerTool(
      'list_invoices',
      { description: 'Lists.', inputSchema: z.object({ limit: z.number().optional() }) },
      async ({ limit }) => ({ content: [{ type: 'text', text: `limit ${limit} ${typeof limit}` }] }),
    )
    server.registerTool('fail', { description: 'Fails.', inputSchema: z.object({}) }, async () => ({
      content: [{ type: 'text', text: 'no' }],
      isError: true,
    }))
    return server
  })
  const server = createServer(async (request, response) => {
    seen.push(request.headers)
    let body = ''
    for await (const chunk of request) body += chunk
    const refused = refuse(body)
    if (refused !== undefined) {
      response.writeHead(refused[0], { 'Content-Type': 'application/json' })
      return response.end(JSON.stringify(refused[1]))
    }
    const headers = Object.entries(request.headers).map(([name, value]): [string, string] => [
      name,
      String(value),
    ])
    const answer = await handler.fetch(
      new Request(`http://127.0.0.1${request.url}`, {
        method: request.method ?? 'POST',
        headers,
        ...(request.method === 'POST' && { body }),
      }),
    )
    response.writeHead(answer.status, Object.fromEntries(answer.headers))
    response.end(Buffer.from(await answer.arrayBuffer()))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`), seen }
}

t.test('a call through the official client', async t => {
  const { url, seen } = await serve(t)
  const result = await callTool({
    url,
    credential: { Authorization: 'Bearer x' },
    tool: 'list_invoices',
    args: schema => readArguments(['limit=3'], undefined, schema),
  })
  t.match(result.content, [{ type: 'text', text: 'limit 3 number' }])
  for (const { authorization } of seen) t.equal(authorization, 'Bearer x')
  t.equal((await callTool({ url, credential: {}, tool: 'fail', args: () => ({}) })).isError, true)
})

t.test('what went wrong is said', async t => {
  const call = async (url: URL, tool: string) =>
    callTool({ url, credential: {}, tool, args: () => ({}) }).then(
      () => 'no error',
      (error: Error) => error.message,
    )
  const { url } = await serve(t)
  t.match(await call(url, 'list_invoice'), /Did you mean list_invoices\?/)
  t.match(await call(url, 'delete_invoices'), /Did you mean list_invoices\?/)
  t.match(await call(url, 'zzz'), /This credential sees: list_invoices, fail\./)
  const scope = await serve(t, body =>
    body.includes('"tools/call"')
      ? [
          403,
          {
            jsonrpc: '2.0',
            id: null,
            error: { code: 403, message: 'The scope \u001bmanage:invoices is missing.' },
          },
        ]
      : undefined,
  )
  t.match(await call(scope.url, 'delete_invoice'), /^The scope \ufffdmanage:invoices is missing\.$/)
  const locked = await serve(t, () => [401, { detail: 'no' }])
  t.match(await call(locked.url, 'x'), /POSTERN_TOKEN/)
  const { port } = url
  const gone = createServer().listen(0, '127.0.0.1')
  await once(gone, 'listening')
  const free = (gone.address() as AddressInfo).port
  gone.close()
  await once(gone, 'close')
  t.not(String(free), port)
  t.match(await call(new URL(`http://127.0.0.1:${free}/mcp`), 'x'), /Nothing listens at 127\.0\.0\.1/)
})
