import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { load } from '../../bench/load.ts'
import { legacyRequest } from '../../bench/mcp-request.ts'

const REQUEST = legacyRequest('ping', {})
const EXPECTED = Buffer.from('right')

async function listen(t: Test, listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  t.teardown(() => server.close())
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

t.test('counts exactly the requests that the server answered, over 16 connections', async t => {
  let answered = 0
  const sockets = new Set()
  const url = await listen(t, (request, response) => {
    answered++
    sockets.add(request.socket)
    response.end(EXPECTED)
  })
  const result = await load(url, REQUEST, EXPECTED, 0.1)
  t.equal(result.requests, answered)
  t.equal(result.latenciesMs.length, answered)
  t.equal(sockets.size, 16)
  t.same(
    result.latenciesMs,
    result.latenciesMs.toSorted((a, b) => a - b),
  )
})

const WRONG: Readonly<Record<string, RequestListener>> = {
  'another status': (_request, response) => response.writeHead(201).end(EXPECTED),
  'other bytes of the same length': (_request, response) => response.end('wrong'),
  'fewer bytes': (_request, response) => response.end('righ'),
  'more bytes': (_request, response) => response.end('rights'),
  'a cut connection': request => request.socket.destroy(),
}

for (const [what, listener] of Object.entries(WRONG)) {
  t.test(`stops at ${what}`, async t => {
    const url = await listen(t, listener)
    await t.rejects(load(url, REQUEST, EXPECTED, 5))
  })
}
