/** How long things live at Lumos: the same file, served by this process, whose clock is moved. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { createApp } from '../../../src/app.ts'
import { loadConfig } from '../../../src/config/load.ts'
import { createLog } from '../../../src/log.ts'
import { rpc, visible } from '../ask.ts'
import { promise } from '../promise.ts'
import { createLumos, PUBLIC_URL } from './backend.ts'
import { connectAs, refresh, type Site } from './client.ts'
import { CLIENT_SECRET, startLogin } from './login.ts'

const MINUTE = 60_000
const DAY = 86_400_000
const directory = mkdtempSync(join(tmpdir(), 'postern-lumos-'))
const clock = { ahead: 0 }
const product = createLumos()
const login = await startLogin({ publicUrl: PUBLIC_URL })
const config = loadConfig(join(import.meta.dirname, '../../../config/lumos.yaml'), {
  env: {
    PORT: '0',
    STORE: join(directory, 'postern.db'),
    LUMOS_URL: await product.listen(),
    LUMOS_ISSUER: login.issuer,
    LUMOS_OIDC_SECRET: CLIENT_SECRET,
    LUMOS_SIGNING_KEY: product.signingKey,
  },
})
const app = await createApp(
  { ...config, audit: { ...config.audit, to: 'file', path: join(directory, 'audit.jsonl') } },
  { version: '0.0.0-test', log: createLog('silent'), now: () => Date.now() + clock.ahead },
)
const origin = await app.listen()
const system: Site = {
  origin,
  at: url => (url.startsWith(PUBLIC_URL) ? origin + url.slice(PUBLIC_URL.length) : url),
}
const url = `${origin}/mcp/user`
t.teardown(async () => {
  await app.close()
  await product.close()
  login.close()
  rmSync(directory, { recursive: true, force: true })
})

promise(t, '001', 'access tokens are short-lived', async t => {
  const { accessToken, expiresIn } = await connectAs(system, 'ana')
  t.equal(expiresIn, 15 * 60)
  t.equal((await rpc(url, accessToken, 'tools/list')).status, 200)
  clock.ahead += 15 * MINUTE
  t.match(await rpc(url, accessToken, 'tools/list'), {
    status: 401,
    body: { error: { data: { code: 'invalid_token' } } },
  })
})

promise(t, '001', 'a connected client goes on without anybody signing in or approving again', async t => {
  let connection = await connectAs(system, 'ana')
  for (let week = 0; week < 12; week++) {
    clock.ahead += 7 * DAY
    const { status, body } = await refresh(system, connection)
    t.equal(status, 200)
    connection = { ...connection, accessToken: body.access_token, refreshToken: body.refresh_token }
  }
  t.equal((await visible(url, connection.accessToken)).length, 5)
})

promise(t, '001', 'a refresh token that has expired means signing in again', async t => {
  const connection = await connectAs(system, 'ana')
  clock.ahead += 30 * DAY
  t.match(await refresh(system, connection), { status: 400, body: { error: 'invalid_grant' } })
  t.equal((await rpc(url, connection.accessToken, 'tools/list')).status, 401)
})

t.test('a role that the product takes away is gone here half a minute later', async t => {
  const { accessToken } = await connectAs(system, 'ben')
  t.ok((await visible(url, accessToken)).includes('submit_access_request'))
  const ben = product.data.people.get('ben')
  if (ben === undefined) return t.fail('nobody')
  product.data.people.set('ben', { ...ben, roles: ['viewer'] })
  clock.ahead += MINUTE / 2
  t.notOk((await visible(url, accessToken)).includes('submit_access_request'))
  product.data.people.set('ben', { ...ben, seat: false })
  clock.ahead += MINUTE / 2
  t.same(await visible(url, accessToken), [])
})
