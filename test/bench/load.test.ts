import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { type Load, openLoad } from '../../bench/load.ts'
import { legacyRequest } from '../../bench/mcp-request.ts'

const REQUEST = legacyRequest('ping', {})
const EXPECTED = Buffer.from('right')

async function listen(t: Test, listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  t.teardown(() => server.close())
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function open(t: Test, url: string): Load {
  const load = openLoad(url, { request: REQUEST, expected: EXPECTED })
  t.teardown(() => load.close())
  return load
}

t.test('counts exactly the requests that the server answered, over the same 16 connections', async t => {
  let answered = 0
  const sockets = new Set()
  const url = await listen(t, (request, response) => {
    answered++
    sockets.add(request.socket)
    response.end(EXPECTED)
  })
  const load = open(t, url)
  for (const _ of ['first', 'second']) {
    answered = 0
    const result = await load.run(0.1)
    t.equal(result.requests, answered)
    t.equal(result.latenciesMs.length, answered)
    t.equal(sockets.size, 16)
  }
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
    await t.rejects(open(t, url).run(5))
  })
}
