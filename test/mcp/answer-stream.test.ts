import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { AnswerStream } from '../../src/mcp/answer-stream.ts'

/** A response whose client has not read anything yet, and the client's end of it. */
async function open(t: Test) {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const client = request({ host: '127.0.0.1', port, method: 'POST', agent: false }).end()
  client.on('error', () => {})
  t.teardown(() => {
    client.destroy()
    server.close()
    server.closeAllConnections()
  })
  const [, response] = (await once(server, 'request')) as [unknown, ServerResponse]
  const answered = once(client, 'response') as Promise<[IncomingMessage]>
  answered.catch(() => {})
  const read = async () => {
    const [incoming] = await answered
    let text = ''
    for await (const chunk of incoming.setEncoding('utf8')) text += chunk
    return { headers: incoming.headers, text }
  }
  return { response, client, read }
}

t.test('nothing is written before the first message; each is one event on one line', async t => {
  const { response, read } = await open(t)
  const stream = new AnswerStream(response, { vary: 'Origin' })
  t.notOk(response.headersSent)
  t.ok(stream.send('{"a":1}'))
  t.ok(response.headersSent)
  stream.end(['{"b":', Buffer.from('[\r\n1]'), ',\n"c":2}'])
  const { headers, text } = await read()
  t.match(headers, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store, no-transform',
    'x-accel-buffering': 'no',
    'x-content-type-options': 'nosniff',
    'transfer-encoding': 'chunked',
    vary: 'Origin',
  })
  t.equal(text, 'event: message\ndata: {"a":1}\n\nevent: message\ndata: {"b":[  1], "c":2}\n\n')
})

t.test('a client that does not read is spared the messages, not the response', async t => {
  const { response, read } = await open(t)
  const stream = new AnswerStream(response, undefined)
  const message = JSON.stringify('m'.repeat(1000))
  let sent = 0
  // What the system buffers for a socket is a matter of megabytes.
  while (sent < 100_000 && stream.send(message)) sent += 1
  t.ok(sent < 100_000, `${sent} messages went ahead`)
  t.ok(response.writableLength < 70_000, `${response.writableLength} bytes are kept`)
  const kept = response.writableLength
  for (let i = 0; i < 1000; i++) if (stream.send(message)) t.fail('one more was taken')
  t.equal(response.writableLength, kept, 'and no more')
  stream.end('{"result":"whole"}')
  const { text } = await read()
  t.equal(text.split(message).length - 1, sent, 'what was taken arrives')
  t.match(text, /data: \{"result":"whole"\}/)
})

t.test('nothing is sent to a client that is gone, or after the end', async t => {
  const ended = await open(t)
  const first = new AnswerStream(ended.response, undefined)
  first.end('{}')
  t.equal(first.send('{"late":true}'), false)
  first.end('{"late":true}')
  t.notMatch((await ended.read()).text, /late/)

  const { response, client } = await open(t)
  const second = new AnswerStream(response, undefined)
  client.destroy()
  await once(response, 'close')
  t.equal(second.send('{}'), false)
  second.end('{}')
  t.notOk(response.headersSent)
})
