/** Where the progress of a call goes when the call fails, is cancelled, or nobody reads. */
import { PassThrough, Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import t from 'tap'
import { PosternError } from '../../src/errors.ts'
import type { ToolCall } from '../../src/mcp/call.ts'
import { serveStdio } from '../../src/mcp/stdio.ts'
import { CALLER, fakeDoor, META, openDoor } from './fake-door.ts'

const asking = (id: number, progressToken: unknown = id) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name: 'echo', arguments: {}, _meta: { ...META, progressToken } },
})
const TEXT = { content: [{ type: 'text', text: 'done' }], structured: undefined, isError: false } as const

function callFails(error: unknown) {
  return async (call: ToolCall) => {
    call.progress?.step(() => 'begun')
    throw error
  }
}

t.test('a call that fails after it has told something ends its stream with the error', async t => {
  for (const [error, code] of [
    [new PosternError('store_unavailable'), 'store_unavailable'],
    [new TypeError('secret internals'), 'internal_error'],
  ] as const) {
    const { url, door } = await openDoor(t, { callTool: callFails(error) })
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        authorization: 'Bearer good',
        origin: 'http://localhost:6274',
        'mcp-protocol-version': '2026-07-28',
        'mcp-method': 'tools/call',
        'mcp-name': 'echo',
      },
      body: JSON.stringify(asking(1)),
    })
    t.equal(response.status, 200)
    t.equal(response.headers.get('content-type'), 'text/event-stream')
    t.equal(response.headers.get('access-control-allow-origin'), 'http://localhost:6274')
    const text = await response.text()
    t.notMatch(text, /secret internals/)
    const messages = text.split('\n\n').slice(0, -1)
    const [first, last] = messages.map(event => JSON.parse(event.replace('event: message\ndata: ', '')))
    t.match(first, { method: 'notifications/progress', params: { progress: 1, message: 'begun' } })
    t.match(last, { id: 1, error: { data: { code } } })
    t.equal(messages.length, 2)
    t.equal(door.unexpected.length, code === 'internal_error' ? 1 : 0)
  }
})

t.test('on stdio nothing more is told of a call that was cancelled', async t => {
  const called = Promise.withResolvers<ToolCall>()
  const finish = Promise.withResolvers<void>()
  const door = fakeDoor({
    async callTool(call) {
      call.progress?.step(() => 'begun')
      called.resolve(call)
      await finish.promise
      return TEXT
    },
  })
  const [input, output] = [new PassThrough(), new PassThrough()]
  const served = serveStdio({ input, output, door, authenticate: () => CALLER, lineLimit: 10_000 })
  input.write(`${JSON.stringify(asking(1))}\n`)
  const call = await called.promise
  const cancelled = new Promise<void>(resolve => call.signal.addEventListener('abort', resolve))
  const params = { requestId: 1, _meta: META }
  input.write(`${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/cancelled', params })}\n`)
  await cancelled
  call.progress?.step(() => 'too late')
  finish.resolve()
  input.end()
  await served
  output.end()
  const lines = (await output.toArray()).join('').trim().split('\n')
  t.equal(lines.length, 1)
  t.match(JSON.parse(lines[0] ?? ''), { params: { message: 'begun' } })
})

t.test('a client on stdio that does not read is spared the progress, not the answer', async t => {
  const released = Promise.withResolvers<void>()
  const written: string[] = []
  const output = new Writable({
    write(chunk, _encoding, done) {
      written.push(String(chunk))
      void released.promise.then(() => done())
    },
  })
  const door = fakeDoor({
    async callTool({ progress }) {
      for (let i = 0; i < 8; i++) progress?.step(() => 'x'.repeat(20_000))
      return TEXT
    },
  })
  const input = new PassThrough()
  const served = serveStdio({ input, output, door, authenticate: () => CALLER, lineLimit: 10_000 })
  input.end(`${JSON.stringify(asking(1))}\n`)
  const answered = new Promise<void>(resolve => {
    const look = () => (output.writableLength > 80_000 ? resolve() : setImmediate(look))
    look()
  })
  await answered
  t.ok(output.writableLength < 100_000, `${output.writableLength} bytes wait`)
  released.resolve()
  await served
  output.end()
  await finished(output)
  const messages = written
    .join('')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))
  t.strictSame(
    messages.slice(0, -1).map(({ params }) => params.progress),
    [1, 2, 3, 4],
  )
  t.match(messages.at(-1), { id: 1, result: { content: [{ text: 'done' }] } })
})
