import { once } from 'node:events'
import type { RequestListener } from 'node:http'
import { createServer } from 'node:net'
import t, { type Test } from 'tap'
import { Cancellation } from '../../src/auth/cancellation.ts'
import type { UpstreamRequest } from '../../src/upstream/build-request.ts'
import { createUpstream, type SendOptions, type UpstreamOptions } from '../../src/upstream/send.ts'
import { type Backend, startBackend } from './fixtures/backend.ts'

const never = () => new AbortController().signal

async function setUp(t: Test, listener: RequestListener, options: Partial<UpstreamOptions> = {}) {
  const backend = await startBackend(listener)
  const upstream = createUpstream({ connections: 4, timeout: 5000, responseLimit: 1000, ...options })
  t.teardown(async () => {
    await backend.close()
    await upstream.close()
  })
  const send = (request: Partial<UpstreamRequest> = {}, sending: Partial<SendOptions> = {}) =>
    upstream.send(requestTo(backend, request), {
      headers: {},
      signal: never(),
      idempotent: false,
      ...sending,
    })
  return { backend, upstream, send }
}

function requestTo({ origin }: Pick<Backend, 'origin'>, request: Partial<UpstreamRequest>): UpstreamRequest {
  return { method: 'GET', origin, path: '/', headers: { accept: '*/*' }, body: undefined, ...request }
}

t.test('sends the request as built, with our headers over it, and collects the answer', async t => {
  const { send, backend } = await setUp(t, async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    response.writeHead(201, { 'X-Two': ['a', 'b'], 'Content-Type': 'text/plain' })
    response.write('you ')
    response.end(`said ${body}`)
  })
  const response = await send(
    {
      method: 'POST',
      path: '/a%20b?c=%26',
      headers: { 'x-api-key': 'argument', 'content-type': 'a/b' },
      body: 'hé',
    },
    { headers: { 'x-api-key': 'ours' } },
  )
  t.match(response, {
    status: 201,
    path: '/a%20b?c=%26',
    headers: { 'x-two': ['a', 'b'], 'content-type': 'text/plain' },
  })
  t.equal(response.body.toString(), 'you said hé')
  t.match(backend.requests[0], { method: 'POST', url: '/a%20b?c=%26' })
  t.match(backend.requests[0]?.headers, {
    'x-api-key': 'ours',
    'content-type': 'a/b',
    'accept-encoding': 'identity',
  })
  t.notOk('user-agent' in (backend.requests[0]?.headers ?? {}))
})

t.test('every status is an answer, with or without a body', async t => {
  const { send } = await setUp(t, (request, response) => {
    response.statusCode = Number(request.url?.slice(1))
    response.end()
  })
  for (const status of [200, 204, 304, 404, 500]) {
    const { body, ...response } = await send({ path: `/${status}` })
    t.match([response.status, body.length], [status, 0])
  }
})

t.test('informational answers are passed over', async t => {
  const { send } = await setUp(t, (_, response) => {
    response.writeEarlyHints({ link: '</style.css>; rel=preload' })
    response.end('real')
  })
  const { status, body, headers } = await send()
  t.match([status, body.toString(), headers.link], [200, 'real', undefined])
})

t.test('an answer larger than the limit is cut off', async t => {
  const { send, backend } = await setUp(t, (request, response) => {
    if (request.url === '/declared') response.writeHead(200, { 'content-length': '1001' })
    response.write('x'.repeat(1001))
  })
  for (const path of ['/declared', '/chunked']) {
    const closed = backend.nextClose()
    await t.rejects(send({ path }), { code: 'upstream_too_large' }, path)
    await closed
  }
})

t.test('an answer as large as the limit is taken', async t => {
  const { send } = await setUp(t, (_, response) => response.end('x'.repeat(1000)))
  t.equal((await send()).body.length, 1000)
})

t.test('the timeout covers headers that never come and a body that drips', async t => {
  const { send, backend } = await setUp(
    t,
    (request, response) => {
      if (request.url !== '/drip') return
      const drip = setInterval(() => response.write('.'), 5)
      response.on('close', () => clearInterval(drip))
    },
    { timeout: 100 },
  )
  for (const path of ['/silent', '/drip']) {
    const closed = backend.nextClose()
    const start = performance.now()
    await t.rejects(send({ path }, { idempotent: true }), { code: 'upstream_timeout' }, path)
    t.ok(performance.now() - start < 2000, 'in time')
    await closed
  }
  t.equal(backend.requests.length, 2, 'a timeout is not repeated')
})

t.test('the timeout covers waiting for a free connection', async t => {
  const { send } = await setUp(t, () => {}, { timeout: 100, connections: 1 })
  const calls = [send({ path: '/first' }), send({ path: '/second' })]
  for (const call of calls) await t.rejects(call, { code: 'upstream_timeout' })
})

t.test('what is cancelled while it waits for a connection is never sent', async t => {
  const arrived = Promise.withResolvers<void>()
  const release = Promise.withResolvers<void>()
  const { send, backend } = await setUp(
    t,
    async (_, response) => {
      arrived.resolve()
      await release.promise
      response.end()
    },
    { connections: 1 },
  )
  const first = send({ path: '/first' })
  await arrived.promise
  const controller = new AbortController()
  const second = send({ path: '/second' }, { signal: controller.signal })
  controller.abort()
  await t.rejects(second, { code: 'cancelled' })
  release.resolve()
  await first
  await send({ path: '/third' })
  t.same(
    backend.requests.map(request => request.url),
    ['/first', '/third'],
  )
  t.equal(backend.requests[0]?.socket, backend.requests[1]?.socket, 'and costs no connection')
})

t.test('the caller’s signal ends the call and the backend sees it', async t => {
  const arrived = Promise.withResolvers<void>()
  const { send, backend } = await setUp(t, () => arrived.resolve())
  const controller = new AbortController()
  const call = send({}, { signal: controller.signal, idempotent: true })
  await arrived.promise
  const closed = backend.nextClose()
  controller.abort()
  await t.rejects(call, { code: 'cancelled' })
  await closed
  await t.rejects(send({}, { signal: controller.signal }), { code: 'cancelled' })
  t.equal(backend.requests.length, 1, 'nothing is sent after the abort')
})

t.test('a broken connection is tried once more only where repeating is harmless', async t => {
  const { send, backend } = await setUp(t, (request, response) => {
    const isFirst = backend.requests.filter(other => other.url === request.url).length === 1
    if (isFirst || request.url === '/always') request.socket.destroy()
    else response.end('second')
  })
  const got = (path: string) => backend.requests.filter(request => request.url === path).length
  t.equal((await send({ path: '/get' }, { idempotent: true })).body.toString(), 'second')
  await t.rejects(send({ path: '/post', method: 'POST', body: '{}' }), {
    code: 'upstream_unreachable',
    message: /may or may not have taken effect/,
  })
  t.equal(got('/post'), 1, 'not repeated')
  await t.rejects(send({ path: '/always' }, { idempotent: true }), { code: 'upstream_unreachable' })
  t.equal(got('/always'), 2, 'repeated once')
})

t.test('who leaves when the connection breaks is sent nothing more', async t => {
  const { send, backend } = await setUp(t, request => request.socket.destroy())
  /** Leaves as soon as the exchange is over, before anything is repeated. */
  const leaving = {
    aborted: false,
    addEventListener() {},
    removeEventListener() {
      this.aborted = true
    },
  }
  await t.rejects(send({}, { idempotent: true, signal: leaving }), { code: 'cancelled' })
  t.equal(backend.requests.length, 1)
})

t.test('a connection that breaks after a redirect is tried again there', async t => {
  const { send, backend } = await setUp(t, (request, response) => {
    if (request.url === '/old') response.writeHead(302, { location: '/new' }).end()
    else if (backend.requests.length === 2) request.socket.destroy()
    else response.end('here')
  })
  t.match(await send({ path: '/old' }, { idempotent: true }), { status: 200, path: '/new' })
  t.same(
    backend.requests.map(request => request.url),
    ['/old', '/new', '/new'],
  )
})

t.test('a connection that breaks within the answer is not repeated', async t => {
  const { send, backend } = await setUp(t, (request, response) => {
    response.writeHead(200, { 'content-length': '100' })
    response.write('half', () => request.socket.destroy())
  })
  await t.rejects(send({}, { idempotent: true }), { code: 'upstream_unreachable' })
  t.equal(backend.requests.length, 1)
})

t.test('a backend that is not there', async t => {
  const backend = await startBackend(() => {})
  await backend.close()
  const upstream = createUpstream({ connections: 1, timeout: 2000, responseLimit: 10 })
  t.teardown(() => upstream.close())
  const error = await upstream
    .send(requestTo(backend, {}), { headers: {}, signal: never(), idempotent: true })
    .catch(error => error)
  t.match(error, { code: 'upstream_unreachable', detail: /ECONNREFUSED/ })
  t.notMatch(error.message, /127|refused/i, 'no internal address in the public message')
})

t.test('redirects within the origin are followed for GET and HEAD, with the credential', async t => {
  const { send, backend } = await setUp(t, (request, response) => {
    const status = Number(request.url?.slice(1))
    if (status > 0) response.writeHead(status, { location: '../there?x=1#fragment' }).end('moved')
    else response.end('here')
  })
  for (const status of [301, 302, 303, 307, 308]) {
    for (const method of ['GET', 'HEAD']) {
      const response = await send({ path: `/${status}`, method }, { headers: { authorization: 'Bearer s' } })
      t.match(response, { status: 200, path: '/there?x=1' })
      t.match(backend.requests.at(-1), { method, headers: { authorization: 'Bearer s' } })
    }
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      const before = backend.requests.length
      await t.rejects(
        send({ path: `/${status}`, method }),
        { code: 'upstream_redirect' },
        `${method} ${status}`,
      )
      t.equal(backend.requests.length, before + 1, 'not followed')
    }
  }
  t.match(await send({ path: '/302' }, { followRedirects: false }), { status: 302, path: '/302' })
})

t.test('a redirect is not followed for a caller who left when it had come in', async t => {
  const { send, backend } = await setUp(t, (request, response) => {
    if (request.url === '/') response.writeHead(302, { location: '/there' }).end()
  })
  const caller = new Cancellation()
  const signal = {
    get aborted() {
      return caller.aborted
    },
    addEventListener: caller.addEventListener.bind(caller),
    // The answer is whole now and nobody listens: the last moment before it goes on its way.
    removeEventListener(type: 'abort', listener: () => void) {
      caller.removeEventListener(type, listener)
      caller.abort()
    },
  }
  await t.rejects(send({}, { signal }), { code: 'cancelled' })
  t.strictSame(
    backend.requests.map(({ url }) => url),
    ['/'],
  )
})

t.test('redirects elsewhere are never followed, nor named', async t => {
  const other = await startBackend((_, response) => response.end('stolen'))
  t.teardown(() => other.close())
  const locations = [
    `${other.origin}/x`,
    `//${new URL(other.origin).host}/x`,
    'file:///etc/passwd',
    'http://',
    'javascript:0',
  ]
  const { send, backend } = await setUp(t, (request, response) => {
    const index = Number(request.url?.slice(1))
    const location = locations[index] ?? `http://user:pass@${request.headers.host}/x`
    response.writeHead(302, index === 99 ? {} : { location }).end()
  })
  for (const path of [...locations.keys(), locations.length, 99].map(index => `/${index}`)) {
    const error = await send({ path }, { headers: { authorization: 'Bearer s' } }).catch(error => error)
    t.match(error, { code: 'upstream_redirect' }, path)
    t.notMatch(error.message, /127|passwd|user:/)
  }
  t.equal(other.requests.length, 0)
  t.equal(backend.requests.length, 7)
})

t.test('an API may have several origins; a redirect does not lead from one to the other', async t => {
  const other = await startBackend((_, response) => response.end('other'))
  t.teardown(() => other.close())
  const { send, backend } = await setUp(t, ({ url }, response) => {
    if (url === '/away') response.writeHead(302, { location: `${other.origin}/x` }).end()
    else response.end('own')
  })
  const sending = { headers: { authorization: 'Bearer gateway' } }
  t.equal((await send({}, sending)).body.toString(), 'own')
  t.equal((await send({ origin: other.origin }, sending)).body.toString(), 'other')
  t.equal(other.requests[0]?.headers.authorization, 'Bearer gateway')
  t.equal(other.requests[0]?.headers.host, new URL(other.origin).host)
  await t.rejects(send({ path: '/away' }, sending), { code: 'upstream_redirect' })
  t.same([backend.requests.length, other.requests.length], [2, 1])
})

t.test('redirects come to an end, within one timeout', async t => {
  const { send, backend } = await setUp(t, (_, response) =>
    response.writeHead(302, { location: '/again' }).end(),
  )
  await t.rejects(send(), { code: 'upstream_redirect' })
  t.equal(backend.requests.length, 4)
  const slow = await setUp(
    t,
    (request, response) => {
      if (request.url === '/') response.writeHead(302, { location: '/never' }).end()
    },
    { timeout: 150 },
  )
  await t.rejects(slow.send(), { code: 'upstream_timeout' })
  t.equal(slow.backend.requests.length, 2)
})

t.test('answers that are not HTTP, or odd, end in an error or a response, never in a crash', async t => {
  const answers = new Map([
    ['/garbage', 'SSH-2.0-OpenSSH\r\n\r\n'],
    ['/huge', `HTTP/1.1 200 OK\r\nX-Huge: ${'x'.repeat(60_000)}\r\nContent-Length: 0\r\n\r\n`],
    ['/status', 'HTTP/1.1 99999 Odd\r\nContent-Length: 0\r\n\r\n'],
    ['/length', 'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n'],
    ['/smuggled', 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['/names', 'HTTP/1.1 200 OK\r\n__proto__: a\r\nconstructor: b\r\nContent-Length: 2\r\n\r\nok'],
    ['/upgrade', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n'],
  ])
  const server = createServer(socket => {
    socket.on('error', () => {})
    socket.once('data', data => socket.end(answers.get(data.toString().split(' ')[1] ?? '') ?? '', 'latin1'))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
  const upstream = createUpstream({ connections: 8, timeout: 2000, responseLimit: 1000 })
  t.teardown(async () => {
    await upstream.close()
    server.close()
  })
  for (const path of answers.keys()) {
    const send = upstream.send(requestTo({ origin }, { path }), {
      headers: {},
      signal: never(),
      idempotent: false,
    })
    if (path === '/names') {
      const response = await send
      t.equal(response.body.toString(), 'ok')
      t.equal(Object.hasOwn(response.headers, '__proto__'), true)
      t.equal(Object.getPrototypeOf(response.headers), Object.prototype)
    } else {
      await t.rejects(send, { code: 'upstream_unreachable' }, path)
    }
  }
})

t.test('after closing nothing is sent, and what runs may end', async t => {
  const arrived = Promise.withResolvers<void>()
  const release = Promise.withResolvers<void>()
  const { send, upstream } = await setUp(t, async (_, response) => {
    arrived.resolve()
    await release.promise
    response.end('late')
  })
  const running = send()
  await arrived.promise
  const closed = upstream.close()
  await t.rejects(send(), { code: 'shutting_down' })
  release.resolve()
  t.equal((await running).body.toString(), 'late')
  await closed
})

t.test('a watch sees each answer come, and none of it differs for it', async t => {
  const { send } = await setUp(t, (request, response) => {
    if (request.url === '/') return void response.writeHead(307, { location: '/there' }).end('elsewhere')
    if (request.url === '/large') return void response.end('x'.repeat(2000))
    response.writeHead(200, { 'content-type': 'text/plain' })
    response.end('here')
  })
  const seen: unknown[] = []
  const watch: SendOptions['watch'] = (status, headers) => {
    seen.push(status, headers['content-type'])
    return status === 200 ? chunk => void seen.push(chunk.toString()) : undefined
  }
  const response = await send({}, { watch })
  t.equal(response.body.toString(), 'here')
  t.strictSame(seen, [307, undefined, 200, 'text/plain', 'here'])
  seen.length = 0
  await t.rejects(send({ path: '/large' }, { watch }), { code: 'upstream_too_large' })
  t.strictSame(seen, [200, undefined], 'nothing beyond the limit')
})
