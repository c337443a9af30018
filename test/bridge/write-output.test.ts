import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { PassThrough } from 'node:stream'
import t from 'tap'
import { runBridge } from '../../src/bridge/run-bridge.ts'

t.test('a client that puts a function of its own in place of write is not waited for', async t => {
  const server = createServer((request, response) => {
    request.resume()
    response.setHeader('content-type', 'application/json')
    response.end('{"jsonrpc":"2.0","id":1,"result":{}}')
  }).listen(0, '127.0.0.1')
  t.teardown(() => server.close())
  await new Promise(resolve => server.once('listening', resolve))
  const output = new PassThrough()
  const written: string[] = []
  Object.assign(output, { write: (line: string) => void written.push(line) })
  const input = new PassThrough()
  input.end('{"jsonrpc":"2.0","id":1,"method":"ping"}\n')
  await runBridge({
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`),
    credential: {},
    input,
    output,
    errors: new PassThrough(),
    drain: 30_000,
  })
  t.same(written, ['{"jsonrpc":"2.0","id":1,"result":{}}\n'])
})
