/** Of several processes that use up one record exactly one succeeds, and everybody sees which. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { openRedisStore } from '../../src/store/redis/store.ts'
import { openSqliteStore } from '../../src/store/sqlite/store.ts'
import type { Store } from '../../src/store/store.ts'
import { startRedis, withoutRedis } from './start-redis.ts'

t.setTimeout(60_000)

const spender = fileURLToPath(new URL('spend-records.ts', import.meta.url))
const RECORDS = 60
const NAMES = ['x', 'y', 'z']

t.test('sqlite', async t => {
  const path = join(t.testdir(), 'postern.db')
  await race(t, openSqliteStore(path), path)
})

t.test('redis', { skip: withoutRedis() }, async t => {
  const { url } = await startRedis(t)
  await race(t, await openRedisStore({ url, keyPrefix: 'acme:' }), url)
})

async function race(t: Test, store: Store, place: string): Promise<void> {
  t.teardown(() => store.close())
  for (let i = 0; i < RECORDS; i++) {
    await store.commit([{ key: `code:${i}`, before: undefined, after: 'fresh', once: true }])
  }
  const children = NAMES.map(name =>
    spawn(process.execPath, [spender, place, name, String(RECORDS)], { stdio: ['pipe', 'pipe', 'inherit'] }),
  )
  const said = children.map(outputOf)
  await Promise.all(children.map(({ stdout }) => once(stdout, 'data')))
  for (const { stdin } of children) stdin.write('go\n')
  const codes = await Promise.all(children.map(async child => (await once(child, 'close'))[0]))
  t.strictSame(codes, [0, 0, 0])

  const winners = new Map<string, string>()
  for (const [index, name] of NAMES.entries()) {
    for (const line of said[index]?.().split('\n').slice(1, -1) ?? []) {
      t.notOk(winners.has(line), `${line} is used up once`)
      winners.set(line, name)
    }
  }
  t.equal(winners.size, RECORDS)
  for (const [line, name] of winners) t.equal(await store.getRecord(`code:${line}`), `spent by ${name}`)
  const won = await store.pageRecords({ kind: 'token', list: 'won', limit: 1_000 })
  t.strictSame(
    won.map(({ key }) => key),
    [...winners].map(([line, name]) => `token:${line}-${name}`).toSorted(),
    'and nothing is left of the others',
  )
}

/** All that a process has written so far. */
function outputOf({ stdout }: ChildProcess): () => string {
  let text = ''
  stdout?.on('data', chunk => {
    text += chunk
  })
  return () => text
}
