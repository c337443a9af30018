/** What the server says where no route speaks: always our shape, never a parser's, a framework's or a stack's words. */
import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { text } from 'node:stream/consumers'
import t, { type Test } from 'tap'
import { ERRORS, PosternError } from '../src/errors.ts'
import { createHttpServer } from '../src/http-server.ts'
import { createLog } from '../src/log.ts'
import { createRequestIds } from '../src/mcp/request-ids.ts'

async function serve(t: Test) {
  const lines: string[] = []
  const log = createLog('info', { write: (line: string) => void lines.push(line) })
  const fastify = createHttpServer({ log, requestLimit: 1_000, newRequestId: createRequestIds() })
  fastify.get('/refuses', () => {
    throw new PosternError('missing_token', { detail: 'private', headers: { 'www-authenticate': 'Bearer' } })
  })
  fastify.get('/breaks', () => {
    throw new Error('secret internals')
  })
  fastify.register(async scope => {
    scope.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) =>
      done(null, body),
    )
    scope.post('/takes', async () => ({ ok: true }))
  })
  await fastify.listen({ host: '127.0.0.1', port: 0 })
  t.teardown(() => fastify.close())
  const { port } = fastify.server.address() as AddressInfo
  return { fastify, lines, port }
}

/** Sends bytes as they are and reads until the server closes. */
async function send(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  socket.write(bytes)
  return text(socket)
}

function errorOf(body: string) {
  return JSON.parse(body).error
}

t.test('an address that is none: 404 in our words, for every method and without reading a body', async t => {
  const { fastify } = await serve(t)
  for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'] as const) {
    const answer = await fastify.inject({ method, url: '/nowhere?token=S1' })
    t.equal(answer.statusCode, 404, method)
    t.same(errorOf(answer.body), { code: 'not_found', message: ERRORS.not_found.message })
    t.match(answer.headers, { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
    t.notMatch(answer.body, 'S1')
  }
  const head = await fastify.inject({ method: 'HEAD', url: '/nowhere' })
  t.equal(head.statusCode, 404)
  t.equal(head.body, '')
  for (const [type, payload] of [
    ['application/json', '{broken'],
    ['text/xml', '<a/>'],
    ['application/json', 'x'.repeat(5_000)],
  ] as const) {
    const answer = await fastify.inject({
      method: 'POST',
      url: '/nowhere',
      payload,
      headers: { 'content-type': type },
    })
    t.equal(answer.statusCode, 404)
    t.equal(errorOf(answer.body).code, 'not_found')
  }
})

t.test('an address that can’t be decoded is 400', async t => {
  const { fastify } = await serve(t)
  const answer = await fastify.inject('/%zz')
  t.equal(answer.statusCode, 400)
  t.equal(errorOf(answer.body).code, 'invalid_request')
})

t.test(
  'errors of a route: ours with status and headers, others as internal_error and in the log',
  async t => {
    const { fastify, lines } = await serve(t)
    const refused = await fastify.inject('/refuses')
    t.equal(refused.statusCode, 401)
    t.equal(refused.headers['www-authenticate'], 'Bearer')
    t.same(errorOf(refused.body), { code: 'missing_token', message: ERRORS.missing_token.message })
    const errors = () => lines.map(line => JSON.parse(line)).filter(line => line.level >= 50)
    t.same(errors(), [])
    const broken = await fastify.inject('/breaks')
    t.equal(broken.statusCode, 500)
    t.same(errorOf(broken.body), { code: 'internal_error', message: ERRORS.internal_error.message })
    t.match(errors(), [{ err: { message: 'secret internals' }, requestId: /-/ }])
  },
)

t.test('bodies that are too large or of a type that nobody asked for', async t => {
  const { fastify, port } = await serve(t)
  const post = (payload: string, type = 'application/json') =>
    fastify.inject({ method: 'POST', url: '/takes', payload, headers: { 'content-type': type } })
  t.equal((await post('{}')).statusCode, 200)
  const large = await post('x'.repeat(1_001))
  t.equal(large.statusCode, 413)
  t.equal(errorOf(large.body).code, 'payload_too_large')
  const odd = await post('x', 'text/odd')
  t.equal(odd.statusCode, 415)
  t.equal(errorOf(odd.body).code, 'unsupported_media_type')
  const announced = await send(
    port,
    'POST /takes HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9999999\r\n\r\n',
  )
  t.match(announced, /^HTTP\/1\.1 413 [\s\S]*connection: close/i, 'refused by its length, and not read')
})

t.test('what is not HTTP gets a clean 400 and the door', async t => {
  const { port } = await serve(t)
  for (const bytes of [
    'hello\r\n\r\n',
    '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
    'GET / HTTP/1.1\r\nHost: a\r\nBad Header: x\r\n\r\n',
    'POST /takes HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    'POST /takes HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc',
    'POST /takes HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n',
  ]) {
    const answer = await send(port, bytes)
    t.match(answer, /^HTTP\/1\.1 400 /, JSON.stringify(bytes))
    t.match(answer, /connection: close/i)
    const body = answer.slice(answer.indexOf('\r\n\r\n') + 4)
    t.equal(errorOf(body).code, 'malformed_http')
  }
  t.match(await send(port, 'GET / HTTP/1.1\r\n\r\n'), /^HTTP\/1\.1 400 /, 'without Host')
})

t.test('headers that are too large: 431', async t => {
  const { port } = await serve(t)
  const answer = await send(port, `GET / HTTP/1.1\r\nHost: a\r\nX-Large: ${'x'.repeat(20_000)}\r\n\r\n`)
  t.match(answer, /^HTTP\/1\.1 431 /)
  t.match(answer, '"headers_too_large"')
})

t.test('rubbish after a good request is never answered inside of its answer', async t => {
  const { port } = await serve(t)
  const answer = await send(port, 'GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\nrubbish\r\n\r\n')
  t.equal(answer.match(/HTTP\/1\.1/g)?.length, 1)
})

t.test('no answer names what it runs on', async t => {
  const { fastify } = await serve(t)
  for (const url of ['/nowhere', '/breaks']) {
    const { headers, body } = await fastify.inject(url)
    t.notOk('server' in headers || 'x-powered-by' in headers)
    t.notMatch(body, /fastify|node_modules|at \w+ \(/i)
  }
})
