/** SIGHUP takes the configuration and the documents anew, under load, or leaves everything as it was. */
import { readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { modernRpc, rpc, toolNames } from './build.ts'
import { openStream, prepare, type ServeChild, serveChild, slowBackend } from './serve-child.ts'

t.test('a tool that is added appears, and no request is dropped meanwhile', async t => {
  const backend = await slowBackend(t)
  const { file, token, describe } = await prepare(t, backend.url)
  const gateway = await serveChild(t, file)
  const url = `${gateway.origin}/mcp`
  t.same(toolNames(await rpc(url, token, 'tools/list')), ['slow_get_fast', 'slow_get_slow'])
  const running = rpc(url, token, 'tools/call', { name: 'slow_get_slow' })
  await backend.arrived(1)

  let busy = true
  const failures: unknown[] = []
  let calls = 0
  const load = Array.from({ length: 4 }, async () => {
    while (busy) {
      const { status, body } = await rpc(url, token, 'tools/call', { name: 'slow_get_fast' })
      calls += 1
      if (status !== 200 || body.result?.isError !== false) failures.push({ status, body })
    }
  })
  describe(['/fast', '/slow', '/new'])
  gateway.child.kill('SIGHUP')
  await gateway.logged('reloaded')
  const after = calls
  while (calls < after + 20) await rpc(url, token, 'tools/list')
  busy = false
  await Promise.all(load)
  t.same(failures, [])

  t.same(toolNames(await rpc(url, token, 'tools/list')), ['slow_get_fast', 'slow_get_slow', 'slow_get_new'])
  t.equal((await rpc(url, token, 'tools/call', { name: 'slow_get_new' })).body.result.isError, false)
  backend.release()
  t.match((await running).body.result, { isError: false }, 'a call that began before ends as it began')
})

t.test('clients that listen are told', async t => {
  const backend = await slowBackend(t)
  const { file, token, describe } = await prepare(t, backend.url)
  const gateway = await serveChild(t, file)
  const events = await listen(gateway, token)
  t.match(await events(), 'notifications/subscriptions/acknowledged')
  describe(['/fast'])
  gateway.child.kill('SIGHUP')
  t.match(await events(), 'notifications/tools/list_changed')
  const list = await modernRpc(`${gateway.origin}/mcp`, token, 'tools/list')
  t.same(toolNames(list), ['slow_get_fast'])
})

t.test('a bad configuration keeps the old one in force, and every mistake is logged', async t => {
  const backend = await slowBackend(t)
  const { file, token, configure } = await prepare(t, backend.url)
  const gateway = await serveChild(t, file)
  configure({ auth: [{ type: 'tokn' }], colour: 'red' })
  gateway.child.kill('SIGHUP')
  const line = await gateway.logged('not reloaded; the old configuration stays')
  const problems = line.problems as string[]
  t.equal(problems.length, 2)
  t.match(problems.join('\n'), /colour/)
  t.match(problems.join('\n'), /auth\[0\]/)
  t.equal((await rpc(`${gateway.origin}/mcp`, token, 'tools/list')).status, 200)
})

t.test('a document that is gone keeps the old one too', async t => {
  const backend = await slowBackend(t)
  const { file, directory, token } = await prepare(t, backend.url)
  const gateway = await serveChild(t, file)
  renameSync(join(directory, 'openapi.json'), join(directory, 'moved.json'))
  gateway.child.kill('SIGHUP')
  await gateway.logged('not reloaded; the old configuration stays')
  t.equal(toolNames(await rpc(`${gateway.origin}/mcp`, token, 'tools/list')).length, 2)
})

t.test('what needs a restart is named and refused', async t => {
  const backend = await slowBackend(t)
  const { file, token, configure } = await prepare(t, backend.url)
  const gateway = await serveChild(t, file)
  configure({ name: 'other', servers: [{ path: '/elsewhere' }] })
  gateway.child.kill('SIGHUP')
  const line = await gateway.logged('not reloaded; the old configuration stays')
  t.match(line.err, { message: /can’t change name, .*servers\[\]\.path\. Restart the gateway/ })
  t.equal((await rpc(`${gateway.origin}/mcp`, token, 'tools/list')).status, 200)
})

t.test('a scheme that is removed no longer signs in, on the very next request', async t => {
  const backend = await slowBackend(t)
  const { file, token, configure } = await prepare(t, backend.url)
  const gateway = await serveChild(t, file)
  const url = `${gateway.origin}/mcp`
  t.equal((await rpc(url, token, 'tools/list')).status, 200)
  configure({ auth: [{ type: 'token', prefix: 'another_' }], log: { level: 'debug' } })
  gateway.child.kill('SIGHUP')
  await gateway.logged('reloaded')
  t.equal((await rpc(url, token, 'tools/list')).status, 401)
  configure()
  gateway.child.kill('SIGHUP')
  for (;;) if ((await rpc(url, token, 'tools/list')).status === 200) break
  t.pass('and signs in again when it is back')
})

t.test('the audit file is opened anew, for log rotation', async t => {
  const backend = await slowBackend(t)
  const { file, directory, token } = await prepare(t, backend.url)
  const gateway = await serveChild(t, file)
  const url = `${gateway.origin}/mcp`
  await rpc(url, token, 'tools/call', { name: 'slow_get_fast' })
  renameSync(join(directory, 'audit.log'), join(directory, 'audit.log.1'))
  gateway.child.kill('SIGHUP')
  await gateway.logged('reloaded')
  await rpc(url, token, 'tools/call', { name: 'no_such_tool' })
  gateway.child.kill('SIGTERM')
  await gateway.exited
  const [old, fresh] = ['audit.log.1', 'audit.log'].map(name => readFileSync(join(directory, name), 'utf8'))
  t.equal(`${old}${fresh}`.trim().split('\n').length, 2)
  t.match(fresh, 'no_such_tool')
})

/** Opens a stream and returns what waits for its next event. */
async function listen(gateway: ServeChild, token: string): Promise<() => Promise<string>> {
  const response = await openStream(gateway, token)
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  return async () => {
    while (!text.includes('\n\n')) {
      const { done, value } = (await reader?.read()) ?? { done: true }
      if (done) throw new Error(`the stream ended: ${text}`)
      text += value
    }
    const end = text.indexOf('\n\n') + 2
    const event = text.slice(0, end)
    text = text.slice(end)
    return event
  }
}
