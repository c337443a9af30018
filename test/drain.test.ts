/** A signal ends the gateway in good order: what runs is answered, what is new is refused, nothing is lost. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { rpc } from './build.ts'
import { openStream, prepare, type ServeChild, serveChild, slowBackend } from './serve-child.ts'

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  t.test(`${signal}: the running call is answered, streams end, new ones are refused, exit 0`, async t => {
    const backend = await slowBackend(t)
    const { file, directory, token } = await prepare(t, backend.url)
    const gateway = await serveChild(t, file)
    t.equal((await fetch(`${gateway.origin}/readyz`)).status, 200)

    const call = rpc(`${gateway.origin}/mcp`, token, 'tools/call', { name: 'slow_get_slow' })
    await backend.arrived(1)
    const stream = await openStream(gateway, token)
    t.equal(stream.status, 200)

    gateway.child.kill(signal)
    // A shell, npm or an older Node in front hands the same key press on a second time.
    gateway.child.kill('SIGINT')
    await gateway.logged('draining')
    t.ok(await refusesNewRequests(gateway), 'not ready any more')
    t.match(await stream.text(), /notifications\/subscriptions\/acknowledged[\s\S]*"resultType":"complete"/)
    t.equal(gateway.child.exitCode, null, 'the call keeps it')

    const start = performance.now()
    backend.release()
    const answer = await call
    t.equal(answer.status, 200)
    t.match(answer.body.result, { isError: false, structuredContent: { path: '/slow' } })
    t.same(await gateway.exited, { code: 0, signal: null })
    t.ok(performance.now() - start < 10_000, 'kept-alive connections do not use up the 20 s of draining')

    const records = auditOf(directory)
    t.match(records, [{ tool: 'slow_get_slow', outcome: 'ok', upstreamStatus: 200 }])
  })
}

t.test('what does not end within `drain` is cut off, and the audit says so', async t => {
  const backend = await slowBackend(t)
  const { file, directory, token } = await prepare(t, backend.url, { drain: '300ms' })
  const gateway = await serveChild(t, file)
  const call = rpc(`${gateway.origin}/mcp`, token, 'tools/call', { name: 'slow_get_slow' })
  const cut = t.rejects(call)
  await backend.arrived(1)
  gateway.child.kill('SIGTERM')
  await cut
  t.same(await gateway.exited, { code: 0, signal: null })
  t.match(auditOf(directory), [{ tool: 'slow_get_slow', outcome: 'error', code: 'cancelled' }])
})

t.test('a second signal ends it at once', async t => {
  const backend = await slowBackend(t)
  const { file, token } = await prepare(t, backend.url)
  const gateway = await serveChild(t, file)
  const call = rpc(`${gateway.origin}/mcp`, token, 'tools/call', { name: 'slow_get_slow' })
  const cut = t.rejects(call)
  await backend.arrived(1)
  gateway.child.kill('SIGTERM')
  await gateway.logged('draining')
  const repeat = setInterval(() => gateway.child.kill('SIGINT'), 100)
  const ended = await gateway.exited
  clearInterval(repeat)
  await cut
  t.same(ended, { code: 130, signal: null })
})

t.test('no record is lost on the way out, to standard output either', async t => {
  const backend = await slowBackend(t)
  const { file, token } = await prepare(t, backend.url, { audit: { to: 'stdout' } })
  const gateway = await serveChild(t, file)
  const calls = Array.from({ length: 60 }, () =>
    rpc(`${gateway.origin}/mcp`, token, 'tools/call', { name: 'slow_get_fast' }),
  )
  for (const { body } of await Promise.all(calls)) t.equal(body.result.isError, false)
  gateway.child.kill('SIGTERM')
  t.same(await gateway.exited, { code: 0, signal: null })
  const records = gateway
    .output()
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))
  t.equal(records.length, 60)
  t.ok(records.every(record => record.event === 'tool_call' && record.outcome === 'ok'))
})

/** Asks until the port is closed; on the way there, readiness may only be denied. */
async function refusesNewRequests({ origin }: ServeChild): Promise<boolean> {
  for (;;) {
    try {
      const { status } = await fetch(`${origin}/readyz`, { headers: { connection: 'close' } })
      if (status !== 503) return false
    } catch {
      return true
    }
  }
}

function auditOf(directory: string): Record<string, unknown>[] {
  const text = readFileSync(join(directory, 'audit.log'), 'utf8').trim()
  return text === '' ? [] : text.split('\n').map(line => JSON.parse(line))
}
