import type { Test } from 'tap'
import { MOST_CHANGES, type RecordChange, type RecordKey, type RecordQuery } from '../../src/store/records.ts'
import type { Store } from '../../src/store/store.ts'
import type { OpenStore } from './contract.ts'
import { waitUntil } from './start-redis.ts'

/** Makes one record where there was none. */
function make(key: RecordKey, after: string, more: Partial<RecordChange> = {}): RecordChange {
  return { key, before: undefined, after, ...more }
}

async function keysOf(store: Store, query: Partial<RecordQuery>): Promise<readonly string[]> {
  return (await store.pageRecords({ kind: 'grant', limit: 100, ...query })).map(({ key }) => key)
}

/** What every store must do with records; `Records` says more. `shared` tells whether two see the same state. */
export async function recordsContract(
  t: Test,
  store: Store,
  open: OpenStore,
  shared: boolean,
): Promise<void> {
  await t.test('a record holds what was committed, to the letter', async t => {
    t.equal(await store.getRecord('code:a'), undefined)
    for (const [index, value] of ['{"a":1}', '', 'ünï ☃ 😀', 'a\0b\r\n', 'x'.repeat(65_536)].entries()) {
      t.equal(await store.commit([make(`code:${index}`, value)]), true)
      t.equal(await store.getRecord(`code:${index}`), value)
    }
    t.equal(await store.getRecord('code:A'), undefined)
  })

  await t.test('what is no key names nothing', async t => {
    for (const key of [
      'code:',
      'code:a b',
      'code:{a}',
      'code:ü',
      'code:*',
      `code:${'x'.repeat(509)}`,
      'a:\0',
    ]) {
      t.equal(await store.getRecord(key as RecordKey), undefined, JSON.stringify(key.slice(0, 20)))
    }
  })

  await t.test('a change is made only where the record still is as it was read', async t => {
    t.equal(await store.commit([make('grant:cas', 'one')]), true)
    t.equal(await store.commit([make('grant:cas', 'two')]), false)
    t.equal(await store.commit([make('grant:cas', 'two', { before: 'none' })]), false)
    t.equal(await store.commit([make('grant:none', 'two', { before: 'one' })]), false)
    t.equal(await store.commit([{ key: 'grant:none', before: '', after: undefined }]), false)
    t.equal(await store.getRecord('grant:cas'), 'one')
    t.equal(await store.commit([make('grant:cas', 'two', { before: 'one' })]), true)
    t.equal(await store.getRecord('grant:cas'), 'two')
    t.equal(await store.commit([make('grant:cas', 'two', { before: 'two' })]), true, 'made sure of')
    t.equal(await store.commit([{ key: 'grant:cas', before: 'two', after: undefined }]), true)
    t.equal(await store.commit([{ key: 'grant:cas', before: 'two', after: undefined }]), false)
    t.equal(
      await store.commit([{ key: 'grant:cas', before: undefined, after: undefined }]),
      true,
      'nothing is there',
    )
    t.equal(await store.getRecord('grant:cas'), undefined)
    t.strictSame(await keysOf(store, {}), [])
  })

  await t.test('of one commit all changes are made or none', async t => {
    const many = Array.from({ length: MOST_CHANGES }, (_, at) =>
      make(`many:${String(at).padStart(2, '0')}`, `v${at}`, { lists: ['of ada'] }),
    )
    await store.commit([make('many:taken', 'x')])
    t.equal(await store.commit([...many.slice(1), make('many:taken', 'y')]), false)
    t.strictSame(await keysOf(store, { kind: 'many' }), ['many:taken'])
    t.strictSame(await keysOf(store, { kind: 'many', list: 'of ada' }), [])
    t.equal(await store.commit(many), true)
    t.equal((await keysOf(store, { kind: 'many', list: 'of ada' })).length, MOST_CHANGES)
    const moves = many.slice(0, -1).map(({ key, after }) => ({ key, before: after, after: undefined }))
    t.equal(await store.commit([...moves, { key: 'many:31', before: 'other', after: undefined }]), false)
    t.equal((await keysOf(store, { kind: 'many' })).length, MOST_CHANGES + 1)
    t.equal(await store.commit([...moves, make('many:31', 'w', { before: 'v31' })]), true)
    t.strictSame(await keysOf(store, { kind: 'many' }), ['many:31', 'many:taken'])
    t.strictSame(await keysOf(store, { kind: 'many', list: 'of ada' }), ['many:31'])
  })

  await t.test('a commit that could mean two things is a mistake', async t => {
    for (const changes of [
      [],
      Array.from({ length: MOST_CHANGES + 1 }, (_, at) => make(`wrong:${at}`, '')),
      [make('wrong:a', ''), make('wrong:a', '')],
      [make('wrong:ü', '')],
      [make('Wrong:a', '')],
      [make('wrong:a{b}', '')],
      [make(`wrong:${'x'.repeat(507)}`, '')],
      [make('wrong:a', '', { expiresAt: Number.NaN })],
      [make('wrong:a', '', { expiresAt: 1.5 })],
    ]) {
      await t.rejects(store.commit(changes), { code: 'internal_error' })
    }
    t.strictSame(await keysOf(store, { kind: 'wrong' }), [])
  })

  await t.test('of 50 at once that use up one record exactly one succeeds', async t => {
    const stores = [store]
    if (shared) stores.push(await open(), await open())
    t.teardown(() => Promise.all(stores.slice(1).map(other => other.close())))
    await store.commit([make('code:once', 'fresh', { once: true })])
    const attempts = Array.from({ length: 50 }, (_, at) =>
      (stores[at % stores.length] ?? store).commit([
        { key: 'code:once', before: 'fresh', after: 'spent' },
        make(`won:${at}`, String(at)),
      ]),
    )
    const won = (await Promise.all(attempts)).map((did, at) => ({ did, at })).filter(({ did }) => did)
    t.equal(won.length, 1)
    t.strictSame(await keysOf(store, { kind: 'won' }), [`won:${won[0]?.at}`])
    for (const each of stores) t.equal(await each.getRecord('code:once'), 'spent')
    const made = await Promise.all(
      Array.from({ length: 50 }, (_, at) => store.commit([make('used:jti', `${at}`)])),
    )
    t.equal(made.filter(did => did).length, 1)
  })

  await t.test('the kinds of what is there are known', async t => {
    for (const key of ['z:a', 'z:b', 'z-a:a', 'za:a', 'zz:gone'] as const)
      await store.commit([make(key, 'v')])
    await store.commit([{ key: 'zz:gone', before: 'v', after: undefined }])
    t.strictSame(
      (await store.recordKinds()).filter(kind => kind.startsWith('z')),
      ['z-a', 'z', 'za'],
    )
    t.ok((await store.recordKinds()).includes('many'))
  })

  await t.test('lists', t => listsContract(t, store))
  await t.test('expiry', t => expiryContract(t, store))
  if (shared) await sharedContract(t, store, open)
}

async function listsContract(t: Test, store: Store): Promise<void> {
  const lists = [
    'ada',
    'ada ',
    '',
    'a:b',
    'a:"b":c',
    '"',
    '\\',
    '{x}',
    'ünï ☃ 😀',
    '\ud800',
    '\udfff',
    'nul\0',
    'nul\0l',
    'line\nline',
    "' OR 1=1 --",
    '__proto__',
    '*',
    'long'.repeat(1_000),
  ]

  await t.test('a record is in its lists and in no other, whatever they are called', async t => {
    for (const [index, list] of lists.entries()) {
      await store.commit([
        make(`grant:l${String(index).padStart(2, '0')}`, 'v', { lists: [list, 'all', list] }),
      ])
    }
    for (const [index, list] of lists.entries()) {
      const key = `grant:l${String(index).padStart(2, '0')}`
      t.strictSame(await store.pageRecords({ kind: 'grant', list, limit: 9 }), [
        { key, value: 'v', expiresAt: undefined, lists: [list, 'all'], once: false },
      ])
    }
    t.strictSame(await keysOf(store, { list: 'none' }), [])
    t.strictSame(await keysOf(store, { kind: 'client', list: 'all' }), [])
    t.strictSame(await keysOf(store, { kind: 'gran' }), [])
    t.strictSame(await keysOf(store, { kind: 'grants' }), [])
  })

  await t.test('pages of any size hold all of a list, each once, by their keys’ characters', async t => {
    // Not in their order, and such as a comparison of words would order otherwise.
    const ids = ['b', 'B', 'a~', 'a', 'a-', '10', '9', '_', 'a:b', 'a!', 'gra_Zz']
    for (const [index, id] of ids.entries()) {
      await store.commit([make(`paged:${id}`, id, { lists: index % 2 === 0 ? ['even'] : [] })])
    }
    for (const [list, wanted] of [
      [undefined, ids],
      ['even', ids.filter((_, index) => index % 2 === 0)],
    ] as const) {
      for (const limit of [1, 2, wanted.length, 100]) {
        const read: RecordKey[] = []
        for (;;) {
          const page = await store.pageRecords({ kind: 'paged', list, after: read.at(-1), limit })
          read.push(...page.map(({ key }) => key))
          t.ok(page.length <= limit)
          if (page.length < limit) break
        }
        t.strictSame(
          read,
          wanted.map(id => `paged:${id}`).toSorted((a, b) => (a < b ? -1 : 1)),
          `${list}, ${limit} at a time`,
        )
      }
    }
    const after = await store.pageRecords({ kind: 'paged', after: 'paged:a0', limit: 1 })
    t.match(after, [{ key: 'paged:a:b' }], 'after one that is gone')
  })

  await t.test('a record stays in the lists that it was made in, and leaves them when it goes', async t => {
    const before = 'one'
    await store.commit([make('moved:a', before, { lists: ['first'], once: true })])
    await store.commit([{ key: 'moved:a', before, after: 'two', lists: ['second'], once: false }])
    t.match(await store.pageRecords({ kind: 'moved', limit: 9 }), [
      { value: 'two', lists: ['first'], once: true },
    ])
    t.strictSame(await keysOf(store, { kind: 'moved', list: 'second' }), [])
    await store.commit([{ key: 'moved:a', before: 'two', after: undefined }])
    t.strictSame(await keysOf(store, { kind: 'moved', list: 'first' }), [])
    await store.commit([make('moved:a', 'three', { lists: ['second'] })])
    t.strictSame(await keysOf(store, { kind: 'moved', list: 'first' }), [])
    t.strictSame(await keysOf(store, { kind: 'moved', list: 'second' }), ['moved:a'])
  })
}

async function expiryContract(t: Test, store: Store): Promise<void> {
  await t.test('an end is kept, and set anew by every change', async t => {
    const end = Date.now() + 600_000
    const endOf = async () => (await store.pageRecords({ kind: 'ends', limit: 9 }))[0]?.expiresAt
    await store.commit([make('ends:a', 'v', { expiresAt: end })])
    t.equal(await endOf(), end)
    await store.commit([{ key: 'ends:a', before: 'v', after: 'v', expiresAt: end + 5 }])
    t.equal(await endOf(), end + 5)
    await store.commit([{ key: 'ends:a', before: 'v', after: 'v' }])
    t.equal(await endOf(), undefined)
    await store.commit([{ key: 'ends:a', before: 'v', after: 'v', expiresAt: end }])
    t.equal(await endOf(), end)
  })

  await t.test('what ended before it was committed is not there', async t => {
    const lists = ['past']
    t.equal(await store.commit([make('past:a', 'v', { expiresAt: Date.now() - 60_000, lists })]), true)
    t.equal(await store.getRecord('past:a'), undefined)
    t.equal(await store.commit([make('past:b', 'v', { lists })]), true)
    t.equal(
      await store.commit([{ key: 'past:b', before: 'v', after: 'w', expiresAt: Date.now() - 60_000 }]),
      true,
      'so a record can be ended by a change',
    )
    t.equal(await store.getRecord('past:b'), undefined)
    t.strictSame(await keysOf(store, { kind: 'past' }), [])
    t.strictSame(await keysOf(store, { kind: 'past', list: 'past' }), [])
  })

  await t.test('what has expired is absent for every question, and can be made anew', async t => {
    const expiresAt = Date.now() + 60
    const [made, long] = [['short:a', 'short:b'] as const, Date.now() + 600_000]
    for (const key of made) await store.commit([make(key, 'v', { expiresAt, lists: ['mine', 'old'] })])
    await store.commit([make('short:c', 'v', { expiresAt: long, lists: ['mine'] })])
    await waitUntil('it expires', async () => (await store.getRecord('short:a')) === undefined)
    t.equal(await store.commit([{ key: 'short:a', before: 'v', after: 'w' }]), false)
    t.strictSame(await keysOf(store, { kind: 'short' }), ['short:c'])
    t.strictSame(await keysOf(store, { kind: 'short', list: 'old' }), [])
    t.ok((await store.recordKinds()).includes('short'))
    t.notOk((await store.recordKinds()).includes('past'), 'nothing of it is left')
    t.equal(await store.commit([make('short:b', 'new', { lists: ['mine'] })]), true)
    t.strictSame(await keysOf(store, { kind: 'short', list: 'mine' }), ['short:b', 'short:c'])
    t.strictSame(await keysOf(store, { kind: 'short', list: 'old' }), [])
    // Many later ones: what is tidied up in passing takes nothing with it that is in use.
    for (let i = 0; i < 20; i++) await store.commit([make(`short:d${i}`, 'v', { expiresAt: 1 })])
    t.strictSame(await keysOf(store, { kind: 'short', list: 'mine' }), ['short:b', 'short:c'])
    t.equal(await store.getRecord('short:b'), 'new')
  })
}

async function sharedContract(t: Test, store: Store, open: OpenStore): Promise<void> {
  await t.test('what another connection commits is the truth of the moment', async t => {
    const other = await open()
    t.teardown(() => other.close())
    for (let round = 0; round < 20; round++) {
      const key: RecordKey = `turn:${round}`
      t.equal(await other.commit([make(key, 'a', { lists: ['turns'] })]), true)
      t.equal(await store.getRecord(key), 'a')
      t.equal(await store.commit([{ key, before: 'a', after: undefined }]), true)
      t.equal(await other.getRecord(key), undefined)
      t.strictSame(await keysOf(other, { kind: 'turn', list: 'turns' }), [])
    }
  })

  await t.test('a closed store refuses instead of guessing', async t => {
    const closed = await open()
    await closed.close()
    await t.rejects(closed.getRecord('code:0'), { code: 'store_unavailable' })
    await t.rejects(closed.commit([make('code:late', '')]), { code: 'store_unavailable' })
    await t.rejects(closed.pageRecords({ kind: 'code', limit: 1 }), { code: 'store_unavailable' })
    t.equal(await store.getRecord('code:late'), undefined)
  })
}
