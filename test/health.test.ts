import Fastify from 'fastify'
import t, { type Test } from 'tap'
import { registerHealth } from '../src/health.ts'

async function health(t: Test, state: { ready?: () => Promise<void>; draining?: boolean } = {}) {
  const fastify = Fastify()
  t.teardown(() => fastify.close())
  registerHealth(fastify, {
    ready: state.ready ?? (async () => {}),
    isDraining: () => state.draining ?? false,
  })
  return async (path: string) => {
    const { statusCode, headers, body } = await fastify.inject(path)
    t.equal(headers['cache-control'], 'no-store')
    return { status: statusCode, headers, body }
  }
}

t.test('a gateway that can serve says so', async t => {
  const get = await health(t)
  t.match(await get('/healthz'), { status: 200, body: '{"status":"ok"}' })
  t.match(await get('/readyz'), { status: 200, body: '{"status":"ok"}' })
})

t.test('a store that can’t be asked takes it out of service, not out of life, and tells nothing', async t => {
  const get = await health(t, {
    ready: async () => {
      throw new Error('redis://user:secret@10.0.0.1 refused')
    },
  })
  t.match(await get('/healthz'), { status: 200 })
  const { status, headers, body } = await get('/readyz')
  t.equal(status, 503)
  t.equal(headers['retry-after'], '1')
  t.equal(body, '{"status":"store unavailable"}')
})

t.test('while draining it is alive and not ready, whatever the store says', async t => {
  let asked = false
  const get = await health(t, {
    draining: true,
    ready: async () => {
      asked = true
    },
  })
  t.match(await get('/healthz'), { status: 200 })
  t.match(await get('/readyz'), { status: 503, body: '{"status":"draining"}' })
  t.equal(asked, false)
})
