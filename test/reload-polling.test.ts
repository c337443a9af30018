/** Documents that are URLs are asked for changes by ETag or Last-Modified, and only another text reloads. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import type { Config } from '../src/config/config.ts'
import { rpc, toolNames } from './build.ts'
import { keptApp } from './reload/kept-app.ts'
import { documentOf, prepare } from './serve-child.ts'

t.setTimeout(60_000)
const often = (config: Config): Config => ({
  ...config,
  apis: config.apis.map(api => ({ ...api, refresh: 20 })),
})

/** What the origin of the documents does, and what it was asked. */
interface Origin {
  readonly url: string
  readonly asked: IncomingMessage[]
  respond: (request: IncomingMessage, response: ServerResponse) => void
  /** Resolves when so many more requests have been answered. */
  readonly rounds: (count: number) => Promise<void>
}

async function origin(t: Test, respond: Origin['respond']): Promise<Origin> {
  const asked: IncomingMessage[] = []
  const server = createServer((request, response) => {
    asked.push(request)
    response.on('finish', () => server.emit('answered'))
    self.respond(request, response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const self: Origin = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    respond,
    async rounds(count) {
      for (let left = count; left > 0; left--) await once(server, 'answered')
    },
  }
  return self
}

const tagged =
  (etag: string, paths: readonly string[]): Origin['respond'] =>
  ({ headers }, response) => {
    response.setHeader('etag', etag)
    if (headers['if-none-match'] === etag) response.writeHead(304).end()
    else response.end(JSON.stringify(documentOf(paths)))
  }

async function served(t: Test, documents: Origin) {
  const openapi = `${documents.url}/openapi.json?key=secret`
  const { file, token } = await prepare(t, 'http://127.0.0.1:9', {
    apis: [{ name: 'slow', openapi, upstream: 'http://127.0.0.1:9' }],
  })
  const kept = await keptApp(t, file, { change: often, watching: { sweep: 3_600_000 } })
  return { ...kept, names: async () => toolNames(await rpc(kept.url, token, 'tools/list')) }
}

t.test('an ETag that is the same answers 304; another with another text reloads', async t => {
  const documents = await origin(t, tagged('"1"', ['/one']))
  const kept = await served(t, documents)
  await documents.rounds(3)
  t.equal(documents.asked[0]?.headers['if-none-match'], undefined)
  t.equal(documents.asked[1]?.headers['if-none-match'], '"1"')
  t.equal(kept.app.reloads.reloads, 0)
  t.match(await kept.ready(), { ok: true, documentAge: Number })

  documents.respond = tagged('"2"', ['/one', '/two'])
  t.match(await kept.logged('reloaded'), { added: 1, names: { added: ['slow_get_two'] } })
  t.same(await kept.names(), ['slow_get_one', 'slow_get_two'])
  await documents.rounds(2)
  t.equal(documents.asked.at(-1)?.headers['if-none-match'], '"2"', 'asks with the new one')
  t.equal(kept.app.reloads.reloads, 1)
})

t.test('the same text under another ETag, or without any, is no change', async t => {
  let count = 0
  const documents = await origin(t, (_request, response) => {
    count += 1
    if (count % 2 === 0) response.setHeader('etag', `"${count}"`)
    response.end(JSON.stringify(documentOf(['/one'])))
  })
  const kept = await served(t, documents)
  await documents.rounds(6)
  t.equal(kept.app.reloads.reloads, 0)
  t.equal(documents.asked[2]?.headers['if-none-match'], '"2"')
  t.equal(documents.asked[3]?.headers['if-none-match'], undefined)
})

t.test('Last-Modified serves where there is no ETag', async t => {
  const date = 'Sat, 21 Nov 2026 00:00:00 GMT'
  const documents = await origin(t, ({ headers }, response) => {
    response.setHeader('last-modified', date)
    if (headers['if-modified-since'] === date) response.writeHead(304).end()
    else response.end(JSON.stringify(documentOf(['/one'])))
  })
  const kept = await served(t, documents)
  await documents.rounds(2)
  t.equal(documents.asked[1]?.headers['if-modified-since'], date)
  t.equal(kept.app.reloads.reloads, 0)
})

t.test('an origin that fails is told once, changes nothing, and is asked again', async t => {
  const documents = await origin(t, tagged('"1"', ['/one']))
  const kept = await served(t, documents)
  documents.respond = (_request, response) => response.writeHead(503).end()
  const message = 'the document can’t be asked for changes; the one in force stays'
  const line = await kept.logged(message)
  t.match(line, { level: 40, api: 'slow', err: { message: /answered 503/ } })
  t.notMatch(JSON.stringify(line), /secret/)
  await documents.rounds(2)
  t.equal(kept.count(message), 1)
  t.match(await kept.ready(), { ok: true, reloads: 0 }, 'what serves is not known to be out of date')
  documents.respond = tagged('"2"', ['/two'])
  await kept.logged('reloaded')
  t.same(await kept.names(), ['slow_get_two'])
})

t.test('a broken document is told once, though it is tried again, and replaced by a good one', async t => {
  const documents = await origin(t, tagged('"1"', ['/one']))
  const kept = await served(t, documents)
  documents.respond = (_request, response) => response.end('{"openapi":')
  const failed = 'not reloaded; the old configuration stays'
  const line = await kept.logged(failed)
  t.match(line, { err: { code: 'document_invalid' } })
  t.notMatch(JSON.stringify(line), /secret/)
  t.match(await kept.ready(), { ok: false, error: 'document_invalid' })
  while (kept.app.reloads.reloadFailures < 3) await documents.rounds(1)
  t.equal(kept.count(failed), 1)
  t.same(await kept.names(), ['slow_get_one'])
  documents.respond = tagged('"3"', ['/three'])
  await kept.logged('reloaded')
  t.same(await kept.names(), ['slow_get_three'])
  t.match(await kept.ready(), { ok: true })
})

t.test('a part of the document at another address of its origin is asked too', async t => {
  let operationId = 'first'
  const documents = await origin(t, ({ url }, response) => {
    const item = { get: { operationId, responses: { 200: { description: 'ok' } } } }
    const whole = { ...documentOf([]), paths: { '/a': { $ref: 'a.json' } } }
    response.end(JSON.stringify(url?.startsWith('/a.json') ? item : whole))
  })
  const kept = await served(t, documents)
  t.same(await kept.names(), ['slow_first'])
  operationId = 'second'
  await kept.logged('reloaded')
  t.same(await kept.names(), ['slow_second'])
})

t.test('nothing is asked any more once it is closed', async t => {
  const documents = await origin(t, tagged('"1"', ['/one']))
  const kept = await served(t, documents)
  const waiting = Promise.withResolvers<ServerResponse>()
  documents.respond = (_request, response) => waiting.resolve(response)
  const response = await waiting.promise
  const cut = once(response, 'close')
  kept.keeper.close()
  await cut
  t.equal(kept.lines.filter(({ level }) => level >= 40).length, 0, 'a request that was cut off is no failure')
})
