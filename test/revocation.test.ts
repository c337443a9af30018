/** N16: a revoked token fails the very next request, whoever revoked it. */
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { stringify } from 'yaml'
import { build, modernRpc, rpc } from './build.ts'

const BIN = fileURLToPath(new URL('../bin/postern.js', import.meta.url))

t.test('N16: revoked inside the process', async t => {
  const { app, url, mint } = await build(t)
  const { token, id } = await mint(['read:*'])
  t.equal((await rpc(url, token, 'tools/list')).status, 200)
  t.equal(await app.store.revokeToken(id, Date.now()), true)
  const refused = await rpc(url, token, 'tools/list')
  t.equal(refused.status, 401)
  t.match(refused.body.error.data, { code: 'invalid_token' })
  t.match(refused.headers.get('www-authenticate') ?? '', /error="invalid_token"/)
  t.equal((await modernRpc(url, token, 'tools/call', { name: 'tally_list_invoices' })).status, 401)
})

t.test('N16: revoked by `postern token revoke` in another process, under a warm cache', async t => {
  const { app, config, url, mint } = await build(t)
  if (config.store.type !== 'sqlite') throw new Error('the test needs SQLite')
  const file = join(dirname(config.store.path), 'postern.yaml')
  const { INVOICING_URL, INVOICING_SERVICE_TOKEN } = {
    INVOICING_URL: 'http://127.0.0.1:9',
    INVOICING_SERVICE_TOKEN: 'x',
  }
  writeFileSync(
    file,
    stringify({
      name: config.name,
      store: config.store,
      apis: [{ name: 'invoicing', openapi: config.apis[0]?.openapi, upstream: INVOICING_URL }],
      auth: [{ type: 'token', prefix: 'postern_pat_' }],
    }),
  )
  void INVOICING_SERVICE_TOKEN
  for (let round = 0; round < 3; round++) {
    const { token, id } = await mint(['read:*'])
    for (let i = 0; i < 3; i++) t.equal((await rpc(url, token, 'tools/list')).status, 200)
    const revoked = spawnSync(process.execPath, [BIN, '--config', file, 'token', 'revoke', id], {
      encoding: 'utf8',
    })
    t.equal(revoked.status, 0, revoked.stderr)
    t.equal((await rpc(url, token, 'tools/list')).status, 401, 'the very next request')
  }
  t.equal((await app.store.listTokens()).filter(record => record.revokedAt !== undefined).length, 3)
})

t.test('N3: an expired token is 401', async t => {
  const { url, mint } = await build(t)
  const { token } = await mint(['read:*'], { expiresAt: Date.now() - 1 })
  t.equal((await rpc(url, token, 'tools/list')).status, 401)
})
