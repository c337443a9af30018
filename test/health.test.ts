import Fastify from 'fastify'
import t, { type Test } from 'tap'
import { PosternError } from '../src/errors.ts'
import { registerHealth } from '../src/health.ts'
import { ReloadStatus } from '../src/reload/reload-status.ts'

async function health(
  t: Test,
  state: {
    ready?: () => Promise<void>
    refuseUnrecorded?: () => void
    draining?: boolean
    reloads?: ReloadStatus
  } = {},
) {
  const fastify = Fastify()
  t.teardown(() => fastify.close())
  registerHealth(fastify, {
    ready: state.ready ?? (async () => {}),
    refuseUnrecorded: state.refuseUnrecorded,
    isDraining: () => state.draining ?? false,
    reloads: state.reloads ?? new ReloadStatus(),
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
  const ready = await get('/readyz')
  t.equal(ready.status, 200)
  t.same(JSON.parse(ready.body), { status: 'ok', reload: { ok: true, reloads: 0, reloadFailures: 0 } })
})

t.test('while calls are refused for want of a record, others shall get them', async t => {
  const get = await health(t, {
    refuseUnrecorded: () => {
      throw new PosternError('audit_unavailable')
    },
  })
  const ready = await get('/readyz')
  t.match(ready, { status: 503, headers: { 'retry-after': '1' }, body: '{"status":"audit unavailable"}' })
  t.equal((await get('/healthz')).status, 200)
})

t.test('a reload that failed is told, takes nothing out of service, and names no file', async t => {
  const reloads = new ReloadStatus()
  const get = await health(t, { reloads })
  const reload = async () => {
    const { status, body } = await get('/readyz')
    t.equal(status, 200)
    t.notMatch(body, /secret/)
    return JSON.parse(body).reload
  }
  reloads.failed(new PosternError('document_invalid', { message: '/etc/secret/openapi.json: not JSON.' }))
  const first = await reload()
  t.match(first, { ok: false, error: 'document_invalid', reloads: 0, reloadFailures: 1 })
  t.match(first.since, /^\d{4}-\d\d-\d\dT/)
  reloads.failed(new Error('secret'))
  t.match(await reload(), { ok: false, error: 'internal_error', since: first.since, reloadFailures: 2 })
  reloads.succeeded(['billing'])
  const after = await reload()
  t.match(after, { ok: true, reloads: 1, reloadFailures: 2, documentAge: 0 })
  t.match(after.lastReloadAt, /^\d{4}-/)
  t.notOk('since' in after || 'error' in after)
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
