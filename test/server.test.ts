/** Starting and failing to start; signals are in `drain.test.ts` and `reload.test.ts`, where a process can end. */
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import type { Config } from '../src/config/config.ts'
import { loadConfig } from '../src/config/load.ts'
import { createLog } from '../src/log.ts'
import { startServer } from '../src/server.ts'
import { createMemoryStore } from '../src/store/memory/store.ts'

const CONFIG = fileURLToPath(new URL('../config/invoicing.yaml', import.meta.url))
const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const

function configOf(listen: Config['listen']): Config {
  const env = { INVOICING_URL: 'http://127.0.0.1:9', INVOICING_SERVICE_TOKEN: 'x'.repeat(32) }
  return { ...loadConfig(CONFIG, { env }), listen, store: { type: 'memory' }, audit: { to: 'off' } }
}

/** A store that counts how often it was closed. */
function countedStore() {
  const counted = { closed: 0 }
  const store = {
    ...createMemoryStore(),
    async close() {
      counted.closed += 1
    },
  }
  return { store, counted }
}

t.test('listens, says where, and SIGHUP is left alone where there is nothing to load again', async t => {
  const before = SIGNALS.map(signal => process.listenerCount(signal))
  const log = createLog('silent')
  const { app, url, stopped } = await startServer(configOf({ host: '127.0.0.1', port: 0 }), { log })
  t.match(url, /^http:\/\/127\.0\.0\.1:\d+$/)
  t.equal((await fetch(`${url}/readyz`)).status, 200)
  t.same(
    SIGNALS.map((signal, index) => process.listenerCount(signal) - (before[index] ?? 0)),
    [1, 1, 0],
  )
  await app.close()
  t.equal(await Promise.race([stopped.then(() => 'stopped'), 'waiting']), 'waiting', 'no signal has come')
})

t.test('an address that can’t be listened on: plain words, and nothing is left open', async t => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  t.teardown(() => other.close())
  const { port } = other.address() as AddressInfo
  for (const [listen, words] of [
    [
      { host: '127.0.0.1', port },
      /port \d+: another program listens there\. Stop it, or choose another port/,
    ],
    [{ host: '192.0.2.1', port: 0 }, /192\.0\.2\.1, port 0: this machine has no such address/],
  ] as const) {
    const before = SIGNALS.map(signal => process.listenerCount(signal))
    const { store, counted } = countedStore()
    await t.rejects(startServer(configOf(listen), { log: createLog('silent'), store }), {
      code: 'configuration_invalid',
      message: words,
    })
    t.equal(counted.closed, 1)
    t.same(
      SIGNALS.map(signal => process.listenerCount(signal)),
      before,
    )
  }
})

t.test('a document that can’t be read: nothing is opened', async t => {
  const { store, counted } = countedStore()
  const config = configOf({ host: '127.0.0.1', port: 0 })
  const apis = config.apis.map(api => ({ ...api, openapi: join(t.testdir(), 'none.yaml') }))
  await t.rejects(startServer({ ...config, apis }, { log: createLog('silent'), store }), {
    code: 'document_invalid',
  })
  t.equal(counted.closed, 0)
})
