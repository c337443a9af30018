/**
 * Lucent's spans of time, as they pass: the same configuration in this process, whose clock is moved. That the gateway
 * as it is served says and stores the same ends is shown in oauth.test.ts.
 */
import { join } from 'node:path'
import t from 'tap'
import { createApp } from '../../../src/app.ts'
import { loadConfig } from '../../../src/config/load.ts'
import { createLog } from '../../../src/log.ts'
import { rpc } from '../ask.ts'
import { createLucent } from './backend.ts'
import { connectClient, obtainCode, PUBLIC_URL, pairOf, redeem, refresh, type Site } from './client.ts'
import { CLIENT_SECRET, startSignIn } from './sign-in.ts'

const [SECOND, HOUR, DAY] = [1_000, 3_600_000, 86_400_000]
let ahead = 0
const site = await open()

t.test('a code is good for 60 seconds', async t => {
  const [early, late] = [await obtainCode(site), await obtainCode(site)]
  ahead += 55 * SECOND
  t.equal((await redeem(site, early)).status, 200)
  ahead += 6 * SECOND
  const { status, body } = await redeem(site, late)
  t.same({ status, error: body.error }, { status: 400, error: 'invalid_grant' })
})

t.test('an access token is good for an hour, and its client then refreshes by itself', async t => {
  const connected = await connectClient(site)
  ahead += HOUR - 10 * SECOND
  t.equal(await statusOf(connected.accessToken), 200)
  ahead += 11 * SECOND
  t.equal(await statusOf(connected.accessToken), 401)
  t.equal(await statusOf(pairOf(await refresh(site, connected)).accessToken), 200)
})

t.test('who refreshes once in 30 days stays connected, and who does not signs in again', async t => {
  let connected = await connectClient(site)
  for (let month = 0; month < 14; month++) {
    ahead += 30 * DAY - HOUR
    connected = { ...connected, ...pairOf(await refresh(site, connected)) }
  }
  t.equal(await statusOf(connected.accessToken), 200)
  ahead += 30 * DAY + SECOND
  const { status, body } = await refresh(site, connected)
  t.same({ status, error: body.error }, { status: 400, error: 'invalid_grant' })
})

function statusOf(token: string): Promise<number> {
  return rpc(`${site.origin}/api/mcp`, token, 'tools/list').then(({ status }) => status)
}

async function open(): Promise<Site> {
  const product = createLucent()
  const people = await startSignIn({ publicUrl: PUBLIC_URL })
  const config = loadConfig(join(import.meta.dirname, '../../../config/lucent.yaml'), {
    env: {
      PORT: '0',
      STORE: join(t.testdir({}), 'lucent.db'),
      LUCENT_URL: await product.listen(),
      LUCENT_ISSUER: people.issuer,
      LUCENT_OIDC_SECRET: CLIENT_SECRET,
      LUCENT_SIGNING_KEY: product.signingKey,
    },
  })
  const app = await createApp(
    { ...config, audit: { to: 'file', path: join(t.testdirName, 'audit.log') } },
    { version: '0.0.0-test', log: createLog('silent'), now: () => Date.now() + ahead },
  )
  const origin = await app.listen()
  t.teardown(async () => {
    await app.close()
    await product.close()
    people.close()
  })
  const at = (url: string) => (url.startsWith(PUBLIC_URL) ? origin + url.slice(PUBLIC_URL.length) : url)
  return { origin, at }
}
