/** A product that is slow, broken or busy, over real connections: callers are told to come back, never let in or sent off. */
import type { RequestListener } from 'node:http'
import t, { type Test } from 'tap'
import { createAuthenticator } from '../src/auth/authenticate.ts'
import type { VerifyConfig } from '../src/config/schema.ts'
import { createMemoryStore } from '../src/store/memory/store.ts'
import { createVerifyWithProduct } from '../src/upstream/verify-with-product.ts'
import { BEARER, bearer, VERIFY } from './auth/fixtures.ts'
import { startBackend } from './upstream/fixtures/backend.ts'

const UNAVAILABLE = { code: 'upstream_unavailable', status: 503 }

async function setUp(t: Test, listener: RequestListener, change: Partial<VerifyConfig> = {}) {
  const backend = await startBackend(listener)
  const product = createVerifyWithProduct([{ name: 'billing', baseUrl: backend.origin, timeout: 300 }])
  t.teardown(async () => {
    await backend.close()
    await product.close()
  })
  const clock = { now: 1_700_000_000_000 }
  const authenticator = createAuthenticator({
    auth: [{ ...BEARER, verify: { ...VERIFY, ...change } }],
    name: 'acme',
    store: createMemoryStore(),
    verifyWithProduct: product.verify,
    now: () => clock.now,
  })
  return {
    backend,
    clock,
    signIn: async (token: string) => authenticator.authenticate({ headers: {}, rawHeaders: bearer(token) }),
  }
}

const good: RequestListener = (_, response) => void response.end('{"id":"ada"}')

t.test(
  'a product that is slow, broken, busy or gone is 503 with Retry-After, and nothing is kept of it',
  async t => {
    const failures: Readonly<Record<string, RequestListener>> = {
      'never answers': () => {},
      'stops in the middle': (_, response) => {
        response.writeHead(200, { 'content-length': '100' }).write('{"id":"ada"')
      },
      resets: request => void request.socket.resetAndDestroy(),
      'closes in the middle': (_, response) => {
        response.writeHead(200, { 'content-length': '100' }).write('{"id":"ada"')
        setImmediate(() => response.destroy())
      },
      'breaks HTTP': request => void request.socket.end('HTTP/1.1 2000 OK\r\n\r\n{"id":"ada"}'),
      500: (_, response) => void response.writeHead(500).end('{"id":"ada"}'),
      502: (_, response) => void response.writeHead(502).end(),
      302: (_, response) => void response.writeHead(302, { location: '/login' }).end(),
      '200 of a login page': (_, response) => void response.end('<form>'),
      'too large': (_, response) => void response.end(`{"id":"ada","x":"${'x'.repeat(300_000)}"}`),
    }
    for (const [title, listener] of Object.entries(failures)) {
      let current = listener
      const { signIn } = await setUp(t, (request, response) => current(request, response))
      await t.rejects(signIn('lct_pat_x'), { ...UNAVAILABLE, headers: { 'Retry-After': '5' } }, title)
      current = good
      t.equal(
        (await signIn('lct_pat_x')).principal.subject,
        'ada',
        `${title}: recovers without being asked twice`,
      )
    }
  },
)

t.test('429 and 503 pass the product’s Retry-After on', async t => {
  for (const status of [429, 503]) {
    const { signIn } = await setUp(
      t,
      (_, response) => void response.writeHead(status, { 'retry-after': '42' }).end(),
    )
    await t.rejects(signIn('lct_pat_x'), { ...UNAVAILABLE, headers: { 'Retry-After': '42' } })
  }
})

t.test('many callers of one credential wait for one question, and all are told the same', async t => {
  const { signIn, backend } = await setUp(t, (_, response) => void response.writeHead(500).end())
  const results = await Promise.allSettled(Array.from({ length: 50 }, () => signIn('lct_pat_x')))
  t.ok(results.every(result => result.status === 'rejected'))
  t.equal(backend.requests.length, 1)
})

t.test('an outage ends no caller who is still known, and lets no one in afterwards', async t => {
  let current = good
  const { signIn, clock } = await setUp(t, (request, response) => current(request, response))
  await signIn('lct_pat_x')
  current = (_, response) => void response.writeHead(500).end()
  clock.now += 1_000
  t.equal((await signIn('lct_pat_x')).principal.subject, 'ada')
  clock.now += 30_000
  await t.rejects(signIn('lct_pat_x'), UNAVAILABLE)
})

t.test('N20: a redirect takes neither the credential nor the gateway’s key to another host', async t => {
  const elsewhere = await startBackend(good)
  t.teardown(() => elsewhere.close())
  for (const status of [301, 302, 307, 308]) {
    const { signIn, backend } = await setUp(
      t,
      (_, response) => void response.writeHead(status, { location: `${elsewhere.origin}/v1/me` }).end(),
      { headers: { 'X-Api-Key': { presented: 'token' }, 'X-Gateway': 'gateway-key' } },
    )
    await t.rejects(signIn('lct_pat_x'), UNAVAILABLE, String(status))
    t.match(backend.requests[0]?.headers, { 'x-api-key': 'lct_pat_x', 'x-gateway': 'gateway-key' })
    t.equal(backend.requests[0]?.headers.authorization, undefined)
  }
  t.same(elsewhere.requests, [])
})
