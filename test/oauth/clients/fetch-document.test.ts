/** Documents of strangers: what is connected to, and what is read (N68–N72). */
import type { LookupAddress } from 'node:dns'
import { createServer } from 'node:net'
import t, { type Test } from 'tap'
import { createFetchDocument, type FetchDocumentOptions } from '../../../src/oauth/clients/fetch-document.ts'
import { json, PUBLIC_ADDRESS, startDocumentServer } from './fixtures.ts'

const URL_OF_TOOL = new URL('https://tool.example/client.json')
const DOCUMENT = { client_id: URL_OF_TOOL.href }

async function start(t: Test, changes: FetchDocumentOptions = {}) {
  const server = await startDocumentServer(t, ['tool.example'])
  server.answer = json(DOCUMENT)
  const fetchDocument = createFetchDocument({ ...server.documents, ...changes })
  return {
    server,
    fetch: (url = URL_OF_TOOL, limit = 5_120) =>
      fetchDocument(url, { limit, signal: new AbortController().signal }),
  }
}

t.test('a document is fetched, and nothing of ours goes along', async t => {
  const { server, fetch } = await start(t)
  server.answer = json(DOCUMENT, {
    'cache-control': 'max-age=300',
    age: '7',
    'content-type': 'application/json; charset=utf-8',
  })
  t.strictSame(await fetch(), { body: DOCUMENT, cacheControl: 'max-age=300', age: 7 })
  const [request] = server.requests
  t.match(request, { method: 'GET', url: '/client.json' })
  t.strictSame(Object.keys(request?.headers ?? {}).sort(), [
    'accept',
    'accept-encoding',
    'connection',
    'host',
    'user-agent',
  ])
  t.equal(request?.headers.host, 'tool.example')
  server.answer = json(DOCUMENT, { 'content-type': 'application/vnd.tool+json' })
  t.match(await fetch(), { body: DOCUMENT, cacheControl: undefined, age: 0 })
})

t.test('an address that is not public is not connected to: not one TCP connection', async t => {
  const hostile: readonly (readonly string[])[] = [
    ['127.0.0.1'],
    ['::1'],
    ['10.0.0.1'],
    ['169.254.169.254'],
    ['100.64.0.1'],
    ['192.168.1.1'],
    ['::ffff:127.0.0.1'],
    ['::ffff:7f00:1'],
    ['64:ff9b::7f00:1'],
    ['64:ff9b:1::7f00:1'],
    ['2002:7f00:1::1'],
    ['fd00::1'],
    ['0.0.0.0'],
    ['::'],
    [PUBLIC_ADDRESS, '127.0.0.1'],
    ['127.0.0.1', PUBLIC_ADDRESS],
    [],
  ]
  let addresses: readonly LookupAddress[] = []
  const { server, fetch } = await start(t, { lookup: async () => addresses })
  for (const named of hostile) {
    addresses = named.map(address => ({ address, family: address.includes(':') ? 6 : 4 }))
    await t.rejects(fetch(), named.join() || 'none')
  }
  t.equal(server.connections(), 0)
  addresses = [{ address: PUBLIC_ADDRESS, family: 4 }]
  await fetch()
  t.equal(server.connections(), 1, 'the same way leads to the server where the address is public')
})

t.test('without a route the same is true: a listener at the very address sees nothing', async t => {
  let connections = 0
  const listener = createServer(socket => {
    connections++
    socket.destroy()
  })
  await new Promise<void>(listening => listener.listen(0, '127.0.0.1', listening))
  t.teardown(() => listener.close())
  const address = listener.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const url = new URL(`https://tool.example:${port}/client.json`)
  const signal = new AbortController().signal
  for (const named of ['127.0.0.1', '::ffff:127.0.0.1']) {
    const family = named.includes(':') ? 6 : 4
    const fetchDocument = createFetchDocument({ lookup: async () => [{ address: named, family }] })
    await t.rejects(fetchDocument(url, { limit: 5_120, signal }), /which is of the range/)
  }
  t.equal(connections, 0)
  const other = createFetchDocument({
    lookup: async () => [{ address: PUBLIC_ADDRESS, family: 4 }],
    route: () => ({ address: '127.0.0.1', port }),
  })
  await t.rejects(other(url, { limit: 5_120, signal }))
  t.equal(connections, 1, 'the listener would have seen it')
})

t.test('the name is asked for once: what DNS says a moment later changes nothing', async t => {
  let asked = 0
  const seen: string[] = []
  const server = await startDocumentServer(t, ['tool.example'])
  server.answer = json(DOCUMENT)
  const fetchDocument = createFetchDocument({
    authority: server.documents.authority,
    lookup: async () => [{ address: asked++ === 0 ? PUBLIC_ADDRESS : '127.0.0.1', family: 4 }],
    route: address => {
      seen.push(address)
      return { address: '127.0.0.1', port: server.port }
    },
  })
  await fetchDocument(URL_OF_TOOL, { limit: 5_120, signal: new AbortController().signal })
  t.strictSame([asked, seen], [1, [PUBLIC_ADDRESS]])
})

t.test('the server must be the one that is named', async t => {
  const { server, fetch } = await start(t)
  await t.rejects(fetch(new URL('https://other.example/client.json')), {
    code: 'ERR_TLS_CERT_ALTNAME_INVALID',
  })
  t.equal(server.requests.length, 0)
  const withoutAuthority = createFetchDocument({
    lookup: async () => [{ address: PUBLIC_ADDRESS, family: 4 }],
    route: () => ({ address: '127.0.0.1', port: server.port }),
  })
  await t.rejects(withoutAuthority(URL_OF_TOOL, { limit: 5_120, signal: new AbortController().signal }), {
    code: /CERT|ISSUER|SIGN/,
  })
  t.equal(server.requests.length, 0)
})

t.test('redirects are not followed, and other statuses are none', async t => {
  const { server, fetch } = await start(t)
  for (const status of [301, 302, 303, 307, 308]) {
    server.answer = (_request, response) =>
      response.writeHead(status, { location: 'https://tool.example/other' }).end()
    await t.rejects(fetch(), { name: 'DocumentFailure', message: /redirects/ }, String(status))
  }
  for (const status of [201, 204, 206, 400, 404, 500]) {
    server.answer = (_request, response) =>
      response
        .writeHead(status, { 'content-type': 'application/json' })
        .end(status === 204 ? undefined : '{}')
    await t.rejects(
      fetch(),
      { name: 'DocumentFailure', message: new RegExp(`status ${status}`) },
      String(status),
    )
  }
  t.ok(server.requests.every(({ url }) => url === '/client.json'))
})

t.test('at most the limit is read, whatever length is told', async t => {
  const { server, fetch } = await start(t)
  const padded = (size: number) => JSON.stringify({ a: '' }).replace('""', `"${'x'.repeat(size - 8)}"`)
  server.answer = json(padded(5_120))
  t.ok(await fetch())
  server.answer = json(padded(5_121))
  await t.rejects(fetch())
  server.answer = json(padded(5_121), { 'content-length': '5121' })
  await t.rejects(fetch(), { name: 'DocumentFailure', message: /larger than 5 KiB/ })
  let sent = 0
  const stopped = new Promise<void>(resolve => {
    server.answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      const send = () => {
        sent += 1_024
        if (!response.destroyed) response.write('x'.repeat(1_024), send)
      }
      response.on('close', resolve)
      send()
    }
  })
  await t.rejects(fetch())
  await stopped
  t.ok(sent < 8 * 1_024 * 1_024, `an endless body is cut off: ${sent}`)
})

t.test('a slow server is given up, wherever it is slow', async t => {
  const timeout = 300
  const { server, fetch } = await start(t, { timeout })
  server.answer = () => {}
  await t.rejects(fetch(), 'headers')
  server.answer = (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    const timer = setInterval(() => response.write(' '), 20)
    response.on('close', () => clearInterval(timer))
  }
  await t.rejects(fetch(), 'a body that trickles')
  const name = await start(t, { timeout, lookup: () => new Promise(() => {}) })
  await t.rejects(name.fetch(), 'the name')
  t.equal(name.server.connections(), 0)
})

t.test('whoever asked goes away: so does the fetch', async t => {
  const { server } = await start(t)
  const arrived = new Promise<void>(resolve => {
    server.answer = () => resolve()
  })
  const controller = new AbortController()
  const fetched = createFetchDocument(server.documents)(URL_OF_TOOL, {
    limit: 5_120,
    signal: controller.signal,
  })
  await arrived
  controller.abort()
  await t.rejects(fetched)
})

t.test('only JSON, of one reading', async t => {
  const { server, fetch } = await start(t)
  const bad: readonly (readonly [string, string | Buffer, string?])[] = [
    ['text/html', '{}'],
    ['text/plain', '{}'],
    ['', '{}'],
    ['application/javascript', '{}'],
    ['application/jsonx', '{}'],
    ['image/svg+xml', '{}'],
    ['text/json', '{}'],
    ['application/json', ''],
    ['application/json', '{'],
    ['application/json', '{"a":1,"a":2}'],
    ['application/json', '{"a":1}x'],
    ['application/json', Buffer.from([0x22, 0xff, 0x22])],
    ['application/json', '{}', 'gzip'],
  ]
  for (const [type, body, encoding] of bad) {
    server.answer = (_request, response) => {
      response.writeHead(200, {
        ...(type !== '' && { 'content-type': type }),
        ...(encoding !== undefined && { 'content-encoding': encoding }),
      })
      response.end(body)
    }
    await t.rejects(fetch(), { name: 'DocumentFailure' }, `${type} ${String(body)}`)
  }
})
