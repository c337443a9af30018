import { join } from 'node:path'
import t from 'tap'
import { createDemoBackend } from '../../src/demo/backend.ts'

const SERVICE = 'tally_pat_abcdefghijklmnopqrstuvwxyz'

t.test('the backend listens on loopback and its credentials work', async t => {
  const backend = createDemoBackend({ path: ':memory:' })
  t.teardown(() => backend.close())
  const url = await backend.listen({ host: '127.0.0.1', port: 0 })
  t.match(url, /^http:\/\/127\.0\.0\.1:\d+$/)
  const status = async (headers: Record<string, string>) => (await fetch(`${url}/v1/me`, { headers })).status
  const pat = backend.credentials.pat(['read:invoices'])
  t.equal(await status({ authorization: `Bearer ${pat}` }), 200)
  const pair = backend.credentials.pair('viewer')
  t.equal(await status({ ...pair }), 200)
  t.equal(await status({ ...pair, email: backend.credentials.pair('admin').email }), 401)
  t.ok(backend.credentials.revoke(pat))
  t.ok(backend.credentials.revoke(pair.token))
  t.equal(await status({ authorization: `Bearer ${pat}` }), 401)
  t.equal(await status({ ...pair }), 401)
})

t.test('data, tokens and the service token outlive the process', async t => {
  const path = join(t.testdir(), 'tallybook.db')
  const first = createDemoBackend({ path, serviceToken: SERVICE })
  const pat = first.credentials.pat(['*'])
  await first.close()
  await first.close()
  const second = createDemoBackend({ path, serviceToken: SERVICE })
  t.teardown(() => second.close())
  const url = await second.listen({ host: '127.0.0.1', port: 0 })
  for (const token of [pat, SERVICE]) {
    const response = await fetch(`${url}/v1/invoices?limit=100`, {
      headers: { authorization: `Bearer ${token}` },
    })
    t.match(await response.json(), { data: { length: 10 } })
  }
})

t.test('without sample data there is nobody to sign in', async t => {
  const backend = createDemoBackend({ path: ':memory:', seed: false })
  t.teardown(() => backend.close())
  t.throws(() => backend.credentials.pat(['*']), /is the database seeded/)
})

t.test('what can’t work is refused at once, and the file is let go', async t => {
  const path = join(t.testdir(), 'tallybook.db')
  t.throws(() => createDemoBackend({ path, serviceToken: 'guess' }), /a service token is/)
  t.throws(() => createDemoBackend({ path: join(path, 'not-a-directory', 'x.db') }))
  const backend = createDemoBackend({ path })
  await backend.close()
})
