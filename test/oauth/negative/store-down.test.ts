/** A store that can't be asked, wholly or for one question: N64. Nothing is given, and nothing is spent. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import t, { type Test } from 'tap'
import { PosternError } from '../../../src/errors.ts'
import type { Store } from '../../../src/store/store.ts'
import { freePort, startRedis, waitUntil, withoutRedis } from '../../store/start-redis.ts'
import {
  authorizeUrl,
  CLAUDE_CALLBACK,
  connect,
  type OAuthGateway,
  obtainCode,
  pkce,
  postForm,
  STORES,
  startGateway,
  withoutStore,
} from '../gateway.ts'
import { basic } from './basic.ts'
import { type Answer, pairOf, redeem, refresh, statusOf } from './token-requests.ts'

t.setTimeout(120_000)

const CLIENTS = [{ id: 'bob', name: 'Bob', redirectUris: [CLAUDE_CALLBACK], secret: 'bob-has-a-secret' }]
/** Without grace, what was spent shows at once. */
const STRICT = { oauth: { refreshGrace: 0, clients: CLIENTS } }

for (const store of STORES) {
  t.test(
    `N64: whichever question the store does not answer, nothing is spent (${store})`,
    { skip: withoutStore(store) },
    async t => {
      const gateway = await startGateway(t, { store, ...STRICT })
      const { node } = gateway
      const fail = failing(node.app.store)
      const holder = await obtainCode(gateway)
      const connected = await connect(gateway)
      const requests = {
        'a code': () => redeem(node, holder),
        'a refresh token': () => refresh(node, connected),
      }
      for (const [name, send] of Object.entries(requests)) {
        const failed: string[] = []
        let answer: Answer | undefined
        for (let number = 1; answer?.status !== 200; number++) {
          const ended = fail(number)
          answer = await send()
          const question = ended()
          // When it isn't asked so much, nothing has failed.
          if (question === undefined) break
          failed.push(question)
          unavailable(t, answer, `${name}, ${question}`)
        }
        t.equal(answer?.status, 200, `${name} is good after ${failed.join(', ')}`)
        for (const question of ['fresh', 'getRecord', 'createToken', 'commit'])
          t.ok(failed.includes(question), `${question} has failed for ${name}`)
        t.equal(await statusOf(node, answer?.body.access_token), 200)
      }
    },
  )

  t.test(
    `N64: an answer of the store that is lost ends no connection within the grace (${store})`,
    { skip: withoutStore(store) },
    async t => {
      const gateway = await startGateway(t, { store })
      const { node } = gateway
      const connected = await connect(gateway)
      const { store: opened } = node.app
      const { commit } = opened
      opened.commit = async changes => {
        await commit.call(opened, changes)
        opened.commit = commit
        throw new PosternError('store_unavailable')
      }
      unavailable(t, await refresh(node, connected), 'committed, and not known to be')
      const again = await refresh(node, connected)
      t.equal(again.status, 200)
      t.equal(await statusOf(node, pairOf(again).accessToken), 200)
    },
  )
}

t.test('N64: SQLite’s file is damaged, or somebody else’s write does not end', async t => {
  const directory = mkdtempSync(join(tmpdir(), 'postern-down-'))
  t.teardown(() => rmSync(directory, { recursive: true, force: true }))
  const path = join(directory, 'postern.db')
  const gateway = await startGateway(t, { ...STRICT, path })
  const intruder = new DatabaseSync(path, { timeout: 1_000 })
  t.teardown(() => intruder.close())
  await stays(t, gateway, {
    begin: () => intruder.exec('ALTER TABLE records RENAME TO lost; ALTER TABLE tokens RENAME TO gone'),
    end: () => intruder.exec('ALTER TABLE lost RENAME TO records; ALTER TABLE gone RENAME TO tokens'),
  })
  const holder = await obtainCode(gateway)
  intruder.exec('BEGIN IMMEDIATE')
  unavailable(t, await redeem(gateway.node, holder), 'while another one writes')
  intruder.exec('ROLLBACK')
  t.equal((await redeem(gateway.node, holder)).status, 200)
})

t.test('N64: Redis is stopped and goes on', { skip: withoutRedis() }, async t => {
  const redis = await startRedis(t)
  const gateway = await startGateway(t, { store: 'redis', redis, ...STRICT })
  await stays(t, gateway, { begin: redis.freeze, end: redis.thaw })
})

t.test('N64: Redis is killed and comes back with what it had', { skip: withoutRedis() }, async t => {
  const port = await freePort()
  const directory = mkdtempSync(join(tmpdir(), 'postern-down-'))
  t.teardown(() => rmSync(directory, { recursive: true, force: true }))
  const kept = [
    '--appendonly',
    'yes',
    '--appendfsync',
    'always',
    '--dir',
    tmpdir(),
    '--appenddirname',
    basename(directory),
  ]
  const redis = await startRedis(t, port, kept)
  const gateway = await startGateway(t, { store: 'redis', redis, ...STRICT })
  await stays(t, gateway, {
    begin: redis.kill,
    async end() {
      await startRedis(t, port, kept)
    },
  })
})

/** Has the store fail and come back: everything is refused meanwhile, and all is good afterwards. */
async function stays(
  t: Test,
  gateway: OAuthGateway,
  fault: { readonly begin: () => unknown; readonly end: () => unknown },
): Promise<void> {
  const { node } = gateway
  const holder = await obtainCode(gateway)
  const connected = await connect(gateway)
  const { clientId, refreshToken, accessToken } = connected
  await fault.begin()
  for (let round = 0; round < 2; round++) {
    unavailable(t, await redeem(node, holder), 'a code')
    unavailable(t, await redeem(node, { ...holder, code: 'acme_oac_none' }), 'a code that does not exist')
    unavailable(t, await refresh(node, connected), 'a refresh token')
    unavailable(
      t,
      await postForm(node, '/oauth/revoke', { token: refreshToken, client_id: clientId }),
      'revoking',
    )
    const asked = await postForm(
      node,
      '/oauth/introspect',
      { token: accessToken },
      basic('bob', 'bob-has-a-secret'),
    )
    unavailable(t, asked, 'introspection')
    t.equal(await statusOf(node, accessToken), 503, 'an access token')
    const registered = await fetch(`${node.origin}/oauth/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ client_name: 'x', redirect_uris: [CLAUDE_CALLBACK] }),
    })
    t.equal(registered.status, 503)
    const page = await node.browser().open(authorizeUrl(clientId, pkce().challenge))
    t.equal(page.status, 503)
    t.equal(page.location, undefined, 'nobody is sent anywhere')
  }
  await fault.end()
  let answer: Answer | undefined
  await waitUntil('the store is back', async () => {
    answer = await redeem(node, holder)
    return answer.status !== 503
  })
  t.equal(answer?.status, 200, 'the code was not spent')
  t.equal((await refresh(node, connected)).status, 200, 'nor the refresh token')
  t.equal(await statusOf(node, accessToken), 200)
}

function unavailable(t: Test, { status, body, headers }: Answer, name: string): void {
  t.strictSame([status, body.error], [503, 'temporarily_unavailable'], name)
  t.equal(headers.get('cache-control'), 'no-store')
  t.strictSame(Object.keys(body), ['error', 'error_description'])
}

/**
 * Makes the store's n-th question from now fail before it is asked. What it returns ends that, and tells which it was,
 * if it came to that.
 */
function failing(store: Store): (number: number) => () => string | undefined {
  let left = 0
  let failed: string | undefined
  for (const [name, member] of Object.entries(store)) {
    if (typeof member !== 'function') continue
    const ask: unknown = (...values: unknown[]) => {
      left -= 1
      if (left !== 0) return Reflect.apply(member, store, values)
      failed = name
      throw new PosternError('store_unavailable')
    }
    Reflect.set(store, name, ask)
  }
  return number => {
    left = number
    failed = undefined
    return () => {
      left = 0
      return failed
    }
  }
}
