/** A backend that answers in a stream, and clients that want to be told how far it has come. */
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { request } from 'node:http'
import { PassThrough } from 'node:stream'
import {
  Client as ClientV2,
  StreamableHTTPClientTransport as TransportV2,
} from '@modelcontextprotocol/client'
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as TransportV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import t from 'tap'
import { runBridge } from '../src/bridge/run-bridge.ts'
import { serveStdio } from '../src/mcp/stdio.ts'
import { call, ERAS, openGateway, progressIn, SECRET } from './progress/gateway.ts'

const three = (_request: IncomingMessage, response: ServerResponse) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.end('data: {"n":1}\n\ndata: {"n":2}\n\nevent: done\ndata: {"n":3}\n\n')
}
const RESULT = '{"n":1}\n{"n":2}\n{"event":"done","data":{"n":3}}'
const STEPS = ['{"n":1}', '{"n":2}', '{"event":"done","data":{"n":3}}']
const told = (progressToken: unknown, messages: readonly string[] = STEPS) =>
  messages.map((message, index) => ({ progressToken, progress: index + 1, message }))

for (const era of ERAS) {
  t.test(`${era}: each event is told as it comes, and the result comes last`, async t => {
    const released = Promise.withResolvers<void>()
    const { url } = await openGateway(t, async (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write('data: {"n":1}\n\n')
      await released.promise
      response.end('data: {"n":2}\n\nevent: done\ndata: {"n":3}\n\n')
    })
    const answer = await call(url, era, { progressToken: 'p-1' })
    t.equal(answer.status, 200)
    t.match(answer.headers, {
      'content-type': 'text/event-stream',
      'x-accel-buffering': 'no',
      'cache-control': /no-store/,
    })
    t.strictSame(await answer.next(), {
      jsonrpc: '2.0',
      method: 'notifications/progress',
      params: { progressToken: 'p-1', progress: 1, message: '{"n":1}' },
    })
    released.resolve()
    const rest = await answer.rest()
    t.strictSame(progressIn(rest), told('p-1').slice(1))
    t.match(rest.at(-1), { id: 1, result: { content: [{ text: RESULT }], isError: false } })
    t.equal(rest.at(-1)?.result.resultType, era === '2026-07-28' ? 'complete' : undefined)
    t.notOk(answer.raw().includes('\nid:'), 'a stream that can’t be resumed has no ids')
  })

  t.test(`${era}: without a wish, a stream or a reader of streams there is one JSON answer`, async t => {
    const answerers: Record<string, (request: IncomingMessage, response: ServerResponse) => void> = {
      '/stream': three,
      '/lines': (_request, response) => response.end('{"n":1}'),
    }
    const { url } = await openGateway(t, (request, response) =>
      answerers[request.url ?? '']?.(request, response),
    )
    const wishes = [
      { meta: {} },
      { meta: { progressToken: null } },
      { meta: { progressToken: 1.5 } },
      { meta: { progressToken: ['a'] } },
      { meta: { progressToken: 'x'.repeat(5000) } },
      { meta: { progressToken: 1 }, accept: 'application/json' },
      { meta: { progressToken: 1 }, accept: '*/*' },
      { meta: { progressToken: 1 }, tool: 'lines' },
    ]
    for (const { meta, ...more } of wishes) {
      const answer = await call(url, era, meta, more)
      const what = JSON.stringify({ meta, ...more }).slice(0, 80)
      t.match(answer.headers, { 'content-type': /^application\/json/, 'content-length': /^\d+$/ }, what)
      const [only, ...others] = await answer.rest()
      t.match(only, { id: 1, result: { isError: false } }, what)
      t.strictSame(others, [])
    }
  })

  t.test(`${era}: a failing call is answered as ever`, async t => {
    const { url } = await openGateway(t, (_request, response) => {
      response.writeHead(500, { 'content-type': 'text/event-stream' })
      response.end('data: {"n":1}\n\n')
    })
    const failed = await call(url, era, { progressToken: 1 })
    t.match(failed.headers, { 'content-type': /^application\/json/ })
    t.match(await failed.rest(), [{ id: 1, result: { isError: true } }])
    const unknown = await call(url, era, { progressToken: 1 }, { tool: 'nothing' })
    t.match(unknown.headers, { 'content-type': /^application\/json/ })
    t.match(await unknown.rest(), [{ id: 1, error: { data: { code: 'unknown_tool' } } }])
  })

  t.test(`${era}: a stream that ends badly still ends in a result`, async t => {
    const connections = { closed: Promise.withResolvers<void>() }
    const endless = (_request: IncomingMessage, response: ServerResponse) => {
      response.once('close', () => connections.closed.resolve())
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      const more = () => {
        while (!response.destroyed && response.write(`data: ${'x'.repeat(1000)}\r\n\r\n`));
      }
      response.on('drain', more)
      more()
    }
    const { url } = await openGateway(t, endless, 'responseLimit: 100kB')
    const answer = await call(url, era, { progressToken: 1 })
    const messages = await answer.rest()
    await connections.closed.promise
    const steps = progressIn(messages)
    t.ok(steps.length >= 1 && steps.length <= 20, `${steps.length} notifications`)
    t.ok(steps.every(({ message }) => message?.length === 501))
    t.match(messages.at(-1), {
      id: 1,
      result: { isError: true, content: [{ text: /larger than this gateway takes/ }] },
    })

    const drip = (_request: IncomingMessage, response: ServerResponse) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write('data: first\n\ndata: never en')
    }
    const slow = await openGateway(t, drip, 'timeout: 200ms')
    const late = await (await call(slow.url, era, { progressToken: 1 })).rest()
    t.strictSame(progressIn(late), told(1, ['first']), 'half an event is not told')
    t.match(late.at(-1), { id: 1, result: { isError: true, content: [{ text: /did not answer in time/ }] } })
  })
}

t.test('lines of JSON, in pieces, with carriage returns; what is huge is in the result only', async t => {
  const huge = JSON.stringify('x'.repeat(600_000))
  const { url } = await openGateway(t, (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' })
    for (const part of ['{"a":', '1}\r', '\n{"b":2}\r\n', huge, '\n{"c":3}\n']) response.write(part)
    response.end()
  })
  const messages = await (await call(url, '2025-11-25', { progressToken: 0 })).rest()
  const steps = progressIn(messages)
  t.strictSame(steps.slice(0, 2), told(0, ['{"a":1}', '{"b":2}']))
  t.ok(steps.every(({ message = '' }) => message.length <= 501))
  t.match(messages.at(-1), { id: 1, result: { isError: false } })
})

t.test('the gateway’s credential and what a rule keeps back stay out of it', async t => {
  const echo = (request: IncomingMessage, response: ServerResponse) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.end(`data: {"key":"${request.headers.authorization}"}\n\ndata: ${SECRET}\n\n`)
  }
  const open = await openGateway(t, echo)
  const answer = await call(open.url, '2026-07-28', { progressToken: 'p' })
  const messages = await answer.rest()
  t.strictSame(progressIn(messages), told('p', ['{"key":"Bearer [credential]"}', '[credential]']))
  t.notOk(answer.raw().includes(SECRET))

  const kept = await openGateway(
    t,
    three,
    'tools: { prefix: "", rules: [{ match: { operation: stream }, fields: [n] }] }',
  )
  const counted = await (await call(kept.url, '2026-07-28', { progressToken: 'p' })).rest()
  t.strictSame(
    progressIn(counted),
    [1, 2, 3].map(progress => ({ progressToken: 'p', progress })),
  )
  t.match(counted.at(-1), { result: { isError: true } }, 'as the result is kept back')
})

t.test('a client that leaves takes the backend’s work with it', async t => {
  const closed = Promise.withResolvers<void>()
  const { url } = await openGateway(t, (_request, response) => {
    response.once('close', () => closed.resolve())
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write('data: first\n\n')
  })
  const answer = await call(url, '2026-07-28', { progressToken: 1 })
  t.match(await answer.next(), { params: { message: 'first' } })
  answer.leave()
  await closed.promise
  t.pass('the backend’s connection is closed')
})

t.test('a batch is answered as one, without progress', async t => {
  const { url } = await openGateway(t, three)
  const params = { name: 'stream', _meta: { progressToken: 1 } }
  const outgoing = request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
  })
  outgoing.end(JSON.stringify([{ jsonrpc: '2.0', id: 1, method: 'tools/call', params }]))
  const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage]
  t.equal(incoming.headers['content-type'], 'application/json')
  let text = ''
  for await (const chunk of incoming) text += chunk
  t.match(JSON.parse(text), [{ id: 1, result: { content: [{ text: RESULT }] } }])
})

t.test('tools that are found by searching tell it too', async t => {
  const { url } = await openGateway(t, three, undefined, 'expose: search')
  const listed = await (await call(url, '2025-11-25', {}, { method: 'tools/list' })).rest()
  const names: string[] = listed[0]?.result.tools.map(({ name }: { name: string }) => name)
  const execute = names.find(name => /execute_read/.test(name)) ?? ''
  const args = { name: 'stream', arguments: {} }
  const messages = await (await call(url, '2025-11-25', { progressToken: 9 }, { tool: execute, args })).rest()
  t.strictSame(progressIn(messages), told(9))
})

t.test('standard input and output, and the bridge to a gateway', async t => {
  const { url, app } = await openGateway(t, three)
  const [door] = app.doors
  if (door === undefined) throw new Error('no door')
  const params = { name: 'stream', arguments: {}, _meta: { progressToken: 'line' } }
  const message = { jsonrpc: '2.0', id: 1, method: 'tools/call', params }
  const speak = async (
    serve: (input: PassThrough, output: PassThrough) => Promise<unknown>,
    line: object,
  ) => {
    const [input, output] = [new PassThrough(), new PassThrough()]
    input.end(`${JSON.stringify(line)}\n`)
    await serve(input, output)
    output.end()
    let text = ''
    for await (const chunk of output) text += chunk
    return text
      .trim()
      .split('\n')
      .map(each => JSON.parse(each))
  }
  const stdio = (input: PassThrough, output: PassThrough) =>
    serveStdio({
      input,
      output,
      door,
      authenticate: () => door.authenticate({ headers: {}, rawHeaders: [] }),
      lineLimit: 10_000,
    })
  const bridge = (input: PassThrough, output: PassThrough) =>
    runBridge({ url: new URL(url), credential: {}, input, output, errors: new PassThrough() })
  for (const serve of [stdio, bridge]) {
    const messages = await speak(serve, message)
    t.strictSame(progressIn(messages), told('line'), serve.name)
    t.match(messages.at(-1), { id: 1, result: { content: [{ text: RESULT }] } })
  }
})

t.test('official clients', async t => {
  const { url } = await openGateway(t, three)
  const v1 = new ClientV1({ name: 'v1', version: '1' })
  await v1.connect(new TransportV1(new URL(url)))
  t.teardown(() => v1.close())
  const seen: unknown[] = []
  const onprogress = (step: unknown) => void seen.push(step)
  const result = await v1.callTool({ name: 'stream' }, undefined, { onprogress })
  t.match(result, { content: [{ text: RESULT }] })
  const expected = STEPS.map((message, index) => ({ progress: index + 1, message }))
  t.strictSame(seen, expected, 'SDK v1')
  for (const mode of ['legacy', 'auto'] as const) {
    seen.length = 0
    const v2 = new ClientV2({ name: 'v2', version: '1' }, { versionNegotiation: { mode } })
    await v2.connect(new TransportV2(new URL(url)))
    t.teardown(() => v2.close())
    t.match(await v2.callTool({ name: 'stream' }, { onprogress }), { content: [{ text: RESULT }] })
    t.strictSame(seen, expected, `SDK v2 ${mode}`)
  }
})
