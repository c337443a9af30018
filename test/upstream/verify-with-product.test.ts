import type { RequestListener } from 'node:http'
import t, { type Test } from 'tap'
import { createVerifyWithProduct } from '../../src/upstream/verify-with-product.ts'
import { startBackend } from './fixtures/backend.ts'

async function setUp(t: Test, listener: RequestListener, timeout = 5000) {
  const backend = await startBackend(listener)
  const product = createVerifyWithProduct([
    { name: 'billing', baseUrl: `${backend.origin}/api/`, timeout },
    { name: 'other', baseUrl: `${backend.origin}/other`, timeout },
  ])
  t.teardown(async () => {
    await backend.close()
    await product.close()
  })
  const verify = (api?: string, path = '/me') =>
    product.verify({ api, method: 'GET', path, headers: { authorization: 'Bearer x' } })
  return { backend, verify, product }
}

t.test('asks the API under its base path with the credential and reads JSON', async t => {
  const { backend, verify } = await setUp(t, (request, response) => {
    response.statusCode = request.url?.startsWith('/other') ? 401 : 200
    response.end('{"id":7}')
  })
  t.same(await verify(), { status: 200, body: { id: 7 }, retryAfter: undefined })
  t.same(await verify('other'), { status: 401, body: { id: 7 }, retryAfter: undefined })
  t.same(
    backend.requests.map(({ url, headers }) => [url, headers.authorization]),
    [
      ['/api/me', 'Bearer x'],
      ['/other/me', 'Bearer x'],
    ],
  )
})

t.test('a redirect to a login page is no acceptance', async t => {
  const { backend, verify } = await setUp(t, (request, response) => {
    if (request.url === '/api/me') response.writeHead(302, { location: '/login' }).end()
    else response.end('{"id":"stranger"}')
  })
  t.match(await verify(), { status: 302, body: undefined })
  t.equal(backend.requests.length, 1)
})

t.test('an answer that is not JSON has no body; one that is too large or too late is no answer', async t => {
  const { verify } = await setUp(
    t,
    (request, response) => {
      if (request.url === '/api/html') response.end('<p>hello')
      if (request.url === '/api/large') response.end(`"${'x'.repeat(300_000)}"`)
      if (request.url === '/api/reset') request.socket.destroy()
    },
    200,
  )
  t.same(await verify(undefined, '/html'), { status: 200, body: undefined, retryAfter: undefined })
  await t.rejects(verify(undefined, '/large'), { code: 'upstream_unavailable', status: 503 })
  await t.rejects(verify(undefined, '/reset'), { code: 'upstream_unavailable' })
  await t.rejects(verify(undefined, '/late'), { code: 'upstream_unavailable' })
})

t.test('cancelling and an unknown API', async t => {
  const { product } = await setUp(t, () => {})
  const request = { api: undefined, method: 'GET', path: '/', headers: {} }
  await t.rejects(product.verify({ ...request, signal: AbortSignal.abort() }), { code: 'cancelled' })
  await t.rejects(product.verify({ ...request, api: 'nowhere' }), { code: 'internal_error' })
})

t.test('any method, with a body and its headers; what may be repeated is', async t => {
  let failing = true
  const bodies: string[] = []
  const { backend, product } = await setUp(t, (request, response) => {
    if (failing) request.socket.destroy()
    else {
      request.on('data', chunk => bodies.push(String(chunk)))
      request.on('end', () => response.writeHead(429, { 'retry-after': '9' }).end('{}'))
    }
    failing = false
  })
  const headers = { 'x-key': 'k', 'content-type': 'application/json' }
  const ask = (method: string) =>
    product.verify({ api: 'billing', method, path: '/check', headers, body: '{"a":1}' })
  t.same(await ask('PUT'), { status: 429, body: {}, retryAfter: '9' })
  t.equal(backend.requests.length, 2)
  failing = true
  await t.rejects(ask('POST'), { code: 'upstream_unavailable' }, 'a POST is not repeated')
  t.equal(backend.requests.length, 3)
  for (const method of ['POST', 'PATCH', 'DELETE', 'QUERY']) t.equal((await ask(method)).status, 429, method)
  t.match(backend.requests.at(-1), {
    method: 'QUERY',
    url: '/api/check',
    headers: { ...headers, accept: 'application/json' },
  })
  t.strictSame(
    bodies,
    Array.from({ length: 5 }, () => '{"a":1}'),
  )
})
