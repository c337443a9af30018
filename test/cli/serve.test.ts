import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import t from 'tap'
import { prepare, serveChild, slowBackend } from '../serve-child.ts'
import { runPostern, workspace } from './run-postern.ts'

t.test('says where it serves, and ends with 0', async t => {
  const backend = await slowBackend(t)
  const { file } = await prepare(t, backend.url, { publicUrl: 'https://mcp.example.com' })
  const gateway = await serveChild(t, file)
  t.equal((await fetch(`${gateway.origin}/healthz`)).status, 200)
  gateway.child.kill('SIGTERM')
  t.same(await gateway.exited, { code: 0, signal: null })
  t.match(gateway.errors(), /^slow: 2 tools at https:\/\/mcp\.example\.com\/mcp$/m)
})

t.test('risky configuration is logged as warnings', async t => {
  const backend = await slowBackend(t)
  const { file } = await prepare(t, backend.url, { audit: { to: 'off' } })
  const gateway = await serveChild(t, file)
  t.match(gateway.errors(), /"level":40.*"path":"audit"/)
})

t.test('a port in use: plain words, exit 1', async t => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  t.teardown(() => other.close())
  const { port } = other.address() as AddressInfo
  const { status, stdout, stderr } = runPostern(['serve', '--port', String(port)], { cwd: workspace(t) })
  t.equal(status, 1)
  t.equal(stdout, '')
  t.match(stderr, `Can’t listen on 127.0.0.1, port ${port}: another program listens there.`)
  t.notMatch(stderr, /\n\s+at .*\.[jt]s/, 'no stack')
})

t.test('an address that this machine does not have', async t => {
  const cwd = workspace(t, { listen: { host: '192.0.2.1', port: 0 } })
  const { status, stderr } = runPostern(['serve'], { cwd })
  t.equal(status, 1)
  t.match(stderr, /Can’t listen on 192\.0\.2\.1.*no such address/)
})

t.test('ports that are none, and a configuration that is none: nothing is started', async t => {
  const cwd = workspace(t, { colour: 'red' })
  for (const port of ['65536', '1e3']) {
    const { status, stderr } = runPostern(['serve', '--port', port], { cwd })
    t.equal(status, 1, port)
    t.match(stderr, 'a port is a number from 0 to 65535')
  }
  const { status, stderr } = runPostern(['serve'], { cwd })
  t.equal(status, 1)
  t.match(stderr, /colour/)
})
