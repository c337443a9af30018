import { PassThrough } from 'node:stream'
import t, { type Test } from 'tap'
import { serveStdio } from '../../src/mcp/stdio.ts'
import { CALLER, type FakeDoor, fakeDoor, META } from './fake-door.ts'

interface Session {
  readonly door: FakeDoor
  readonly input: PassThrough
  readonly output: PassThrough
  readonly send: (...messages: unknown[]) => void
  // biome-ignore lint/suspicious/noExplicitAny: tests reach into messages whose shape they assert
  readonly next: () => Promise<any>
  readonly ended: Promise<void>
}

function open(t: Test, lineLimit = 64 * 1024): Session {
  const door = fakeDoor()
  const input = new PassThrough()
  const output = new PassThrough()
  const ended = serveStdio({ input, output, door, authenticate: () => CALLER, lineLimit })
  const lines = linesOf(output)
  t.teardown(async () => {
    input.end()
    await ended
  })
  return {
    door,
    input,
    output,
    ended,
    send: (...messages) => {
      for (const message of messages) {
        input.write(`${typeof message === 'string' ? message : JSON.stringify(message)}\n`)
      }
    },
    next: async () => JSON.parse((await lines.next()).value ?? 'null'),
  }
}

async function* linesOf(output: PassThrough): AsyncGenerator<string> {
  let buffered = ''
  for await (const chunk of output) {
    buffered += chunk
    let end = buffered.indexOf('\n')
    while (end !== -1) {
      yield buffered.slice(0, end)
      buffered = buffered.slice(end + 1)
      end = buffered.indexOf('\n')
    }
  }
}

const rpc = (method: string, params?: unknown, id: unknown = 1) => ({ jsonrpc: '2.0', id, method, params })

t.test('both eras in one process', async t => {
  const { send, next, door } = open(t)
  send(rpc('server/discover', { _meta: META }))
  t.match(await next(), { id: 1, result: { supportedVersions: ['2026-07-28'] } })
  const clientInfo = { name: 'old', version: '2' }
  send(rpc('initialize', { protocolVersion: '2025-06-18', capabilities: {}, clientInfo }, 2))
  t.match(await next(), { id: 2, result: { protocolVersion: '2025-06-18' } })
  send({ jsonrpc: '2.0', method: 'notifications/initialized' }, rpc('ping', undefined, 3))
  t.strictSame(await next(), { jsonrpc: '2.0', id: 3, result: {} })
  send(rpc('tools/list', {}, 4), rpc('tools/list', { _meta: META }, 5))
  t.strictSame(Object.keys((await next()).result), ['tools'])
  t.match(await next(), { id: 5, result: { resultType: 'complete', ttlMs: 300_000 } })
  send(rpc('tools/call', { name: 'echo' }, 6))
  t.match(await next(), { id: 6, result: { isError: false } })
  send(rpc('tools/call', { name: 'echo', _meta: META }, 7))
  t.match(await next(), { id: 7, result: { resultType: 'complete' } })
  t.match(door.calls, [
    { protocolVersion: '2025-06-18', client: 'old/2', remoteAddress: undefined, caller: CALLER },
    { protocolVersion: '2026-07-28', client: 'tester/9' },
  ])
})

t.test('one message is one line, whatever the result holds', async t => {
  const { send, next } = open(t)
  send(rpc('tools/call', { name: 'structured' }))
  t.strictSame((await next()).result, {
    content: [{ type: 'text', text: '{\n"a": 1}' }],
    structuredContent: { a: 1 },
    isError: false,
  })
})

t.test('errors', async t => {
  const { send, next } = open(t, 500)
  const expected: [unknown, object][] = [
    ['{', { error: { code: -32700 } }],
    ['17', { error: { code: -32600 } }],
    [rpc('x', undefined, null), { error: { code: -32600 } }],
    [rpc('nope'), { id: 1, error: { code: -32601 } }],
    [rpc('server/discover'), { id: 1, error: { code: -32602 } }],
    [rpc('subscriptions/listen', { _meta: META }), { id: 1, error: { code: -32602 } }],
    [rpc('initialize', { _meta: META }), { id: 1, error: { code: -32601 } }],
    [
      rpc('tools/list', { _meta: { ...META, 'io.modelcontextprotocol/protocolVersion': '2030-01-01' } }),
      { id: 1, error: { code: -32022, data: { supported: ['2026-07-28'], requested: '2030-01-01' } } },
    ],
    [
      rpc('tools/call', { name: 'hidden' }),
      { id: 1, error: { code: 403, data: { code: 'insufficient_scope' } } },
    ],
    [rpc('tools/call', { name: 'crash' }), { id: 1, error: { code: -32603 } }],
    [rpc('x', { filler: 'x'.repeat(600) }), { error: { code: 413 } }],
    [[rpc('ping')], { error: { code: -32600 } }],
    [rpc('ping', undefined, 'still here'), { id: 'still here', result: {} }],
  ]
  for (const [message, answer] of expected) {
    send(message)
    t.match(await next(), answer, JSON.stringify(message).slice(0, 80))
  }
})

t.test('batches where the revision has them', async t => {
  const { send, next } = open(t)
  send(rpc('initialize', { protocolVersion: '2025-03-26' }))
  await next()
  send([rpc('ping', undefined, 1), { jsonrpc: '2.0', method: 'notifications/x' }, rpc('ping', undefined, 2)])
  t.match(await next(), [{ id: 1 }, { id: 2 }])
  send([rpc('ping', undefined, 1), rpc('tools/list', { _meta: META }, 2)])
  t.match(await next(), [
    { id: 1, result: {} },
    { id: 2, error: { code: -32600 } },
  ])
})

t.test('a cancelled request is aborted and never answered', async t => {
  const { send, next, door } = open(t)
  send(rpc('tools/call', { name: 'hang' }, 'slow'))
  send(rpc('ping', undefined, 'slow'))
  t.match(await next(), { id: 'slow', error: { code: -32600 } }, 'the id is in use')
  const cancel = (requestId: unknown) => ({
    jsonrpc: '2.0',
    method: 'notifications/cancelled',
    params: { requestId },
  })
  send(cancel('other'), cancel(null), cancel({}), cancel('slow'), rpc('ping', undefined, 2))
  t.match(await next(), { id: 2 })
  t.equal(door.calls[0]?.signal.aborted, true)
  send(rpc('ping', undefined, 'slow'))
  t.match(await next(), { id: 'slow', result: {} }, 'the id is free again')
})

t.test('subscriptions share the channel', async t => {
  const { send, next, door } = open(t)
  const listen = (id: number, notifications: object) =>
    rpc('subscriptions/listen', { _meta: META, notifications }, id)
  send(listen(1, { toolsListChanged: true }), listen(2, {}), listen(3, { toolsListChanged: true }))
  t.match(await next(), { method: 'notifications/subscriptions/acknowledged' })
  t.match(await next(), { params: { notifications: {} } })
  await next()
  send(
    { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 3 } },
    rpc('ping', undefined, 9),
  )
  t.match(await next(), { id: 9 })
  door.toolsChanged.notify()
  t.match(await next(), {
    method: 'notifications/tools/list_changed',
    params: { _meta: { 'io.modelcontextprotocol/subscriptionId': 1 } },
  })
  door.toolsChanged.close()
  t.match(await next(), { id: 1, result: { resultType: 'complete' } })
  t.match(await next(), { id: 2, result: { resultType: 'complete' } })
})

t.test('at the end of the input what runs is answered, then it resolves', async t => {
  const { input, send, next, ended } = open(t)
  send(rpc('subscriptions/listen', { _meta: META, notifications: {} }, 1))
  await next()
  input.end(JSON.stringify(rpc('tools/call', { name: 'echo' }, 2)))
  await ended
  t.match(await next(), { id: 2, result: {} })
})

t.test('a client that is gone ends it', async t => {
  const { output, send, ended, door } = open(t)
  send(rpc('tools/call', { name: 'hang' }))
  while (door.calls.length === 0) await new Promise(resolve => setImmediate(resolve))
  output.destroy(new Error('EPIPE'))
  await ended
  t.equal(door.calls[0]?.signal.aborted, true)
})
