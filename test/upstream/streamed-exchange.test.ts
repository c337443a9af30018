import { once } from 'node:events'
import type { RequestListener } from 'node:http'
import { text } from 'node:stream/consumers'
import t, { type Test } from 'tap'
import { type Dispatcher, Pool } from 'undici'
import { Cancellation } from '../../src/auth/cancellation.ts'
import { PosternError } from '../../src/errors.ts'
import { type StreamedAnswer, StreamedExchange } from '../../src/upstream/streamed-exchange.ts'
import { startBackend } from './fixtures/backend.ts'

const LIMIT = 1_000_000

interface Told {
  readonly error: Error | null
  readonly answer: StreamedAnswer | undefined
}

/** Notes what it is asked for. */
class FakeController implements Dispatcher.DispatchController {
  readonly #resumed = Promise.withResolvers<void>()
  readonly resumed = this.#resumed.promise
  readonly aborted = false
  readonly reason = null
  paused = false
  pause() {
    this.paused = true
  }
  resume() {
    if (this.paused) this.#resumed.resolve()
    this.paused = false
  }
  abort() {}
}

async function setUp(t: Test, listener: RequestListener, { limit = LIMIT, connections = 1 } = {}) {
  const backend = await startBackend(listener)
  const pool = new Pool(backend.origin, { connections })
  t.teardown(async () => {
    await pool.destroy()
    await backend.close()
  })
  /** What was told, each time; the first is waited for. */
  const start = (method: 'GET' | 'HEAD' = 'GET') => {
    const signal = new Cancellation()
    const all: Told[] = []
    const told = Promise.withResolvers<Told>()
    const exchange = new StreamedExchange({ signal, limit, isHead: method === 'HEAD' }, (error, answer) => {
      all.push({ error, answer })
      told.resolve({ error, answer })
    })
    pool.dispatch({ path: '/', method, headersTimeout: 0, bodyTimeout: 0 }, exchange)
    return { signal, told: told.promise, all }
  }
  const answered = async (method?: 'GET' | 'HEAD') => {
    const started = start(method)
    const { answer } = await started.told
    if (answer === undefined) throw new Error('no answer')
    return { ...started, answer }
  }
  return { backend, start, answered }
}

t.test('status and headers come first, the body as it is read; the connection is kept', async t => {
  const { backend, answered } = await setUp(t, (_, response) => {
    response.writeEarlyHints({ link: '</a.css>; rel=preload' })
    response.writeHead(418, { 'x-two': ['a', 'b'] })
    response.write('one ')
    response.end('two')
  })
  for (const time of [1, 2]) {
    const { answer, all } = await answered()
    t.match(answer, { statusCode: 418, headers: { 'x-two': ['a', 'b'] } }, `answer ${time}`)
    t.equal(await text(answer.body), 'one two')
    t.equal(all.length, 1, 'told once')
  }
  const [first, second] = backend.requests
  t.equal(first?.socket, second?.socket)
})

t.test('the backend is not read faster than the reader reads', async t => {
  const told: StreamedAnswer[] = []
  const exchange = new StreamedExchange(
    { signal: new Cancellation(), limit: LIMIT, isHead: false },
    (_, answer) => answer && told.push(answer),
  )
  const controller = new FakeController()
  exchange.onRequestStart(controller)
  exchange.onResponseStart(controller, 200, {})
  const [answer] = told
  const chunk = Buffer.alloc(16 * 1024)
  let sent = 0
  for (; !controller.paused && sent < 100; sent++) exchange.onResponseData(controller, chunk)
  t.ok(sent < 10, `paused after ${sent} chunks`)
  const reading = answer?.body.toArray()
  await controller.resumed
  exchange.onResponseData(controller, chunk)
  exchange.onResponseEnd()
  t.equal(Buffer.concat((await reading) ?? []).length, (sent + 1) * chunk.length)
})

t.test('all of a large body arrives', async t => {
  const size = 8 * 1024 * 1024
  const { answered } = await setUp(t, (_, response) => response.end(Buffer.alloc(size)), { limit: size })
  const { answer } = await answered()
  let got = 0
  for await (const chunk of answer.body) got += chunk.length
  t.equal(got, size)
})

t.test('a body over the limit is refused where it is declared, and cut where it is not', async t => {
  const { answered, start, backend } = await setUp(
    t,
    ({ method }, response) => {
      response.setHeader('content-length', '11')
      response.write('x'.repeat(11))
      if (method === 'HEAD') response.end()
    },
    { limit: 10 },
  )
  t.match(await (await answered('HEAD')).answer.body.toArray(), [], 'that of HEAD does not come')
  const closed = backend.nextClose()
  t.match((await start().told).error, { code: 'upstream_too_large' })
  await closed

  const chunked = await setUp(t, (_, response) => response.write('x'.repeat(11)), { limit: 10 })
  const cut = chunked.backend.nextClose()
  const { answer } = await chunked.answered()
  await t.rejects(text(answer.body), { code: 'upstream_too_large' })
  await cut
})

t.test('an abort ends it, wherever it stands', async t => {
  const listening = Promise.withResolvers<void>()
  const { start, answered, backend } = await setUp(t, ({ method }, response) => {
    if (method === 'HEAD') listening.resolve()
    else response.write('some')
  })
  const waiting = start('HEAD')
  const queued = start()
  queued.signal.abort(new PosternError('upstream_timeout'))
  t.match((await queued.told).error, { code: 'upstream_timeout' }, 'before it is sent')
  await listening.promise
  const closed = backend.nextClose()
  waiting.signal.abort('gone')
  t.match((await waiting.told).error, { code: 'cancelled' }, 'before the answer')
  await closed

  const { answer, signal, all } = await answered()
  const dropped = backend.nextClose()
  const broken = t.rejects(text(answer.body), { code: 'upstream_timeout' }, 'within the answer')
  signal.abort(new PosternError('upstream_timeout'))
  await broken
  await dropped
  for (const { length } of [waiting.all, queued.all, all]) t.equal(length, 1, 'told once')
  t.equal(
    backend.requests.filter(({ method }) => method === 'GET').length,
    1,
    'the queued one was never sent',
  )
})

t.test('a whole answer that nobody has read is ended as well, and its connection kept', async t => {
  const { answered, backend } = await setUp(t, (_, response) => response.end('whole'))
  const { answer, signal } = await answered()
  await once(answer.body, 'readable')
  signal.abort(new PosternError('upstream_timeout'))
  await t.rejects(text(answer.body), { code: 'upstream_timeout' })
  t.equal(await text((await answered()).answer.body), 'whole')
  t.equal(backend.requests[0]?.socket, backend.requests[1]?.socket)
})

t.test('what is aborted while it is queued costs no connection', async t => {
  let closed = 0
  const { start, answered, backend } = await setUp(t, ({ socket }, response) => {
    if (socket.listenerCount('close', countClose) === 0) socket.on('close', countClose)
    response.end('x')
  })
  function countClose() {
    closed += 1
  }
  const first = start()
  const queued = Array.from({ length: 5 }, () => start())
  for (const { signal } of queued) signal.abort(new PosternError('cancelled'))
  await (await first.told).answer?.body.toArray()
  await text((await answered()).answer.body)
  t.equal(closed, 0)
  t.equal(backend.requests.length, 2)
})

t.test('a 304 may declare the body that it does not have', async t => {
  const { answered } = await setUp(
    t,
    ({ socket }) => {
      socket.write('HTTP/1.1 304 Not Modified\r\nContent-Length: 11\r\n\r\n')
    },
    { limit: 10 },
  )
  const { answer } = await answered()
  t.equal(answer.statusCode, 304)
  t.equal(await text(answer.body), '')
})

t.test('who throws at the answer is told of that instead', async t => {
  const backend = await startBackend((_, response) => response.write('some'))
  const pool = new Pool(backend.origin)
  t.teardown(async () => {
    await pool.destroy()
    await backend.close()
  })
  const closed = backend.nextClose()
  const told = await new Promise(resolve => {
    const options = { signal: new Cancellation(), limit: LIMIT, isHead: false }
    const exchange = new StreamedExchange(options, error => {
      if (error === null) throw new Error('not this one')
      resolve(error)
    })
    pool.dispatch({ path: '/', method: 'GET' }, exchange)
  })
  t.match(told, { message: 'not this one' })
  await closed
})

t.test('a reader who leaves closes the connection', async t => {
  const { answered, backend } = await setUp(t, (_, response) => response.write('some'))
  const { answer } = await answered()
  const closed = backend.nextClose()
  answer.body.destroy()
  await closed
  t.pass()
})

t.test('a connection that breaks is told of before the answer, and breaks the body within it', async t => {
  const { start, answered } = await setUp(t, ({ method, socket }, response) => {
    if (method === 'HEAD') socket.destroy()
    else response.writeHead(200, { 'content-length': '10' }).write('some', () => socket.destroy())
  })
  t.match((await start('HEAD').told).error, { code: /ECONNRESET|UND_ERR_SOCKET/ })
  const { answer } = await answered()
  await t.rejects(text(answer.body), { code: /ECONNRESET|UND_ERR_SOCKET/ })
})
