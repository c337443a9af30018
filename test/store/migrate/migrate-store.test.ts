/** From each kind of store to each: nothing is lost, nothing becomes good again, and an interruption is no harm. */
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { createMemoryStore } from '../../../src/store/memory/store.ts'
import { migrateStore } from '../../../src/store/migrate/migrate-store.ts'
import { openRedisStore } from '../../../src/store/redis/store.ts'
import { openSqliteStore } from '../../../src/store/sqlite/store.ts'
import type { Store } from '../../../src/store/store.ts'
import { tokenRecord } from '../contract.ts'
import { copyContract } from '../copy-contract.ts'
import { oauthRecord } from '../oauth-tokens-contract.ts'
import { revocation } from '../revocations-contract.ts'
import { startRedis, withoutRedis } from '../start-redis.ts'

let count = 0
const KINDS: Record<string, (t: Test) => Promise<Store>> = {
  memory: async () => createMemoryStore(),
  sqlite: async t => openSqliteStore(join(t.testdir(), `postern-${count++}.db`)),
}
if (withoutRedis() === false) {
  const server = startRedis(t)
  KINDS.redis = async () => openRedisStore({ url: (await server).url, keyPrefix: `copy${count++}:` })
}

async function open(t: Test, kind: string): Promise<Store> {
  const opened = await KINDS[kind]?.(t)
  if (opened === undefined) throw new Error(`no kind ${kind}`)
  t.teardown(() => opened.close())
  return opened
}

/** The end of what is copied. */
const LATER = Date.now() + 3_600_000

/** A store with everything in it. */
async function filled(t: Test, kind: string, tokens = 7): Promise<Store> {
  const store = await open(t, kind)
  await store.fresh()
  for (let i = 0; i < tokens; i++) {
    await store.createToken(tokenRecord(`tok_${i}`, { createdAt: 1_000 + (i % 3), subject: `user-${i % 2}` }))
  }
  await store.revokeToken('tok_1', 5_000)
  await store.endToken('tok_2', 6_000)
  await store.revoke(revocation({ value: 'user-9', reason: 'left' }))
  await store.revoke(revocation({ kind: 'organization', value: 'org', recheck: true, until: 4e12 }))
  await store.createToken(tokenRecord('tok_last', { subject: 'user-9' }))
  await store.putSealed('a key', 'a value ☃')
  for (let i = 0; i < 110; i++) {
    const lists = i % 2 === 0 ? ['user-1', 'nul\0 {☃}'] : []
    await store.commit([
      { key: `refresh:${i}`, before: undefined, after: `r${i}`, expiresAt: LATER, lists, once: true },
    ])
  }
  await store.commit([{ key: 'client:a', before: undefined, after: 'a client' }])
  await store.commit([
    { key: 'code:a', before: undefined, after: 'c', expiresAt: Date.now() + 60_000, once: true },
  ])
  await store.createToken(oauthRecord('oat_1'))
  await store.fresh()
  return store
}

async function contentOf(store: Store) {
  await store.fresh()
  const tokens = await store.listTokens()
  const sealed = await Promise.all(
    (await store.listSealed()).map(async key => [key, await store.getSealed(key)]),
  )
  const { id, secret } = store.installation ?? {}
  const kinds = (await store.recordKinds()).filter(kind => kind !== 'code')
  const records = await Promise.all(kinds.map(kind => store.pageRecords({ kind, limit: 1_000 })))
  const lasting = store.revocations.all().filter(({ value }) => !value.startsWith('tok_'))
  return { tokens: tokens.toSorted((a, b) => (a.id < b.id ? -1 : 1)), sealed, id, secret, lasting, records }
}

for (const kind of Object.keys(KINDS)) {
  t.test(`contract: ${kind}`, t => copyContract(t, () => open(t, kind)))
}

for (const source of Object.keys(KINDS)) {
  for (const target of Object.keys(KINDS)) {
    t.test(`${source} to ${target}: all of it, once and again, and what is new is newer`, async t => {
      const [from, to] = [await filled(t, source), await open(t, target)]
      const before = await contentOf(from)
      const migrated = await migrateStore(from, to)
      t.match(migrated, { tokens: 8, sealed: 1, records: 111 })
      t.ok(migrated.revocations >= 2)
      t.strictSame(await contentOf(to), before)
      t.strictSame(await contentOf(from), before, 'the source is as it was')
      t.strictSame(await migrateStore(from, to), migrated)
      t.strictSame(await contentOf(to), before)
      await to.createToken(tokenRecord('tok_new', { subject: 'user-9' }))
      const revoked = to.revocations.find('subject', 'user-9')
      t.equal(await to.getToken('oat_1'), undefined, 'clients refresh')
      t.equal(await to.getRecord('code:a'), undefined, 'who is just signing in begins again')
      t.ok(((await to.getToken('tok_new'))?.sequence ?? 0) > (revoked?.sequence ?? Infinity))
    })
  }

  t.test(`${source}: a target in use and an empty source are refused, and stay as they are`, async t => {
    const [from, used] = [await filled(t, source), await open(t, source)]
    await used.fresh()
    await used.putSealed('somebody', 'else’s')
    const before = await contentOf(used)
    await t.rejects(migrateStore(from, used), { code: 'conflict', message: /in use/ })
    t.strictSame(await contentOf(used), before)
    await t.rejects(migrateStore(await open(t, source), await open(t, source)), { code: 'not_found' })
  })

  t.test(`${source}: interrupted anywhere, it refuses no less than before, and is gone on with`, async t => {
    const from = await filled(t, source)
    const before = await contentOf(from)
    const to = await open(t, source)
    const steps = [
      'adopt',
      'putSealed',
      'restoreTokens',
      'getToken',
      'recordKinds',
      'commit',
      'adopt',
    ] as const
    for (const [index, step] of steps.entries()) {
      const broken: Store = Object.create(to, {
        [step]: {
          value: async (...args: never[]) => {
            // The last one breaks off after it was done, as a lost answer would.
            if (index === steps.length - 1) await Reflect.apply(to.adopt, to, args)
            if (step === 'commit' && firstOf(args).startsWith('copy:'))
              return Reflect.apply(to.commit, to, args)
            throw new Error('broken off')
          },
        },
      })
      await t.rejects(migrateStore(from, broken), { message: 'broken off' })
      await to.fresh()
      if ((await to.listTokens()).length > 0) t.ok(to.revocations.find('subject', 'user-9'), step)
    }
    await migrateStore(from, to)
    t.strictSame(await contentOf(to), before)
  })

  t.test(`${source}: what is minted and revoked while it runs is copied too`, async t => {
    const [from, to] = [await filled(t, source), await open(t, source)]
    let late = 0
    const busy: Store = Object.create(from, {
      pageTokens: {
        value: async (query: Parameters<Store['pageTokens']>[0]) => {
          const page = await from.pageTokens(query)
          if (late++ === 0) {
            await from.createToken(tokenRecord('tok_late', { createdAt: 10 }))
            await from.revokeToken('tok_0', 7_000)
          }
          return page
        },
      },
    })
    await migrateStore(busy, to)
    t.strictSame(await contentOf(to), await contentOf(from))
    t.equal((await to.getToken('tok_0'))?.revokedAt, 7_000)
  })

  t.test(`${source}: interrupted, what is used up meanwhile is used up in the copy`, async t => {
    const [from, to] = [await filled(t, source), await open(t, source)]
    const broken: Store = Object.create(to, {
      recordKinds: {
        value: async () => {
          // Once the target is known to be empty; the second time everything is there.
          if ((await to.getRecord('refresh:1')) === undefined) return to.recordKinds()
          throw new Error('broken off')
        },
      },
    })
    await t.rejects(migrateStore(from, broken), { message: 'broken off' })
    t.equal(await to.getRecord('refresh:1'), 'r1')
    await from.commit([
      { key: 'refresh:1', before: 'r1', after: undefined },
      { key: 'refresh:2', before: 'r2', after: 'spent', expiresAt: LATER },
    ])
    await migrateStore(from, to)
    t.equal(await to.getRecord('refresh:1'), undefined)
    t.equal(await to.getRecord('refresh:2'), 'spent')
    t.strictSame(await contentOf(to), await contentOf(from))
  })

  t.test(`${source}: what was used up in the target since is not brought back by another copy`, async t => {
    const [from, to] = [await filled(t, source), await open(t, source)]
    await migrateStore(from, to)
    await to.commit([
      { key: 'refresh:1', before: 'r1', after: undefined },
      { key: 'refresh:2', before: 'r2', after: 'spent', expiresAt: LATER },
      { key: 'client:a', before: 'a client', after: undefined },
      { key: 'client:new', before: undefined, after: 'new' },
    ])
    await migrateStore(from, to)
    t.equal(await to.getRecord('refresh:1'), undefined)
    t.not(await to.getRecord('refresh:2'), 'r2')
    t.equal(await to.getRecord('refresh:3'), 'r3')
    t.equal(await to.getRecord('client:a'), 'a client')
    t.equal(await to.getRecord('client:new'), 'new')
  })

  t.test(`${source}: records that change while it runs are copied too`, async t => {
    const [from, to] = [await filled(t, source), await open(t, source)]
    let late = 0
    const busy: Store = Object.create(from, {
      pageRecords: {
        value: async (query: Parameters<Store['pageRecords']>[0]) => {
          const page = await from.pageRecords(query)
          if (late++ === 1) {
            await from.commit([
              { key: 'client:a', before: 'a client', after: 'changed' },
              { key: 'refresh:1', before: 'r1', after: undefined },
              { key: 'refresh:zz', before: undefined, after: 'new', expiresAt: LATER, once: true },
            ])
          }
          return page
        },
      },
    })
    await migrateStore(busy, to)
    t.strictSame(await contentOf(to), await contentOf(from))
  })

  t.test(`${source}: a source that never rests is refused in the end`, async t => {
    const [from, to] = [await filled(t, source), await open(t, source)]
    const busy: Store = Object.create(from, {
      listSealed: {
        value: async () => {
          await from.revoke(revocation({ value: 'again' }))
          return from.listSealed()
        },
      },
    })
    await t.rejects(migrateStore(busy, to), { code: 'conflict', message: /all the time/ })
  })
}

/** The first key of a commit. */
function firstOf([changes]: readonly (readonly { readonly key: string }[] | undefined)[]): string {
  return changes?.[0]?.key ?? ''
}
