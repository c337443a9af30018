/** Whatever is committed in whatever order, each store answers as a plain list of records would. */
import { join } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { createMemoryStore } from '../../src/store/memory/store.ts'
import type { KeptRecord, RecordChange, Records } from '../../src/store/records.ts'
import { openRedisStore } from '../../src/store/redis/store.ts'
import { openSqliteStore } from '../../src/store/sqlite/store.ts'
import { startRedis, withoutRedis } from './start-redis.ts'

t.setTimeout(120_000)

/** One change as it is drawn; whether it holds what is there is drawn too, else most commits would be refused. */
interface Drawn {
  readonly id: string
  readonly isRight: boolean
  readonly after: string | undefined
  /** Milliseconds from its commit, or undefined. */
  readonly life: number | undefined
  readonly lists: readonly string[]
  readonly once: boolean
}

interface Step {
  /** Milliseconds that pass before it. */
  readonly wait: number
  readonly changes: readonly Drawn[]
}

const LISTS = ['', 'x', 'x"', 'ünï ☃']
const IDS = ['a', 'b', 'B', 'a:a', '~']

function steps(lives: readonly (number | undefined)[]): fc.Arbitrary<Step[]> {
  const change = fc.record({
    id: fc.constantFrom(...IDS),
    isRight: fc.boolean().chain(often => (often ? fc.constant(true) : fc.boolean())),
    after: fc.option(fc.constantFrom('1', '2', ''), { nil: undefined }),
    life: fc.constantFrom(...lives),
    lists: fc.uniqueArray(fc.constantFrom(...LISTS), { maxLength: 3 }),
    once: fc.boolean(),
  })
  const changes = fc.uniqueArray(change, { minLength: 1, maxLength: 4, selector: ({ id }) => id })
  return fc.array(fc.record({ wait: fc.constantFrom(0, 1, 500), changes }), { maxLength: 25 })
}

/** The plain list. */
class Model {
  #records: KeptRecord[] = []

  at(now: number): readonly KeptRecord[] {
    this.#records = this.#records.filter(({ expiresAt = Number.POSITIVE_INFINITY }) => expiresAt > now)
    return this.#records.toSorted((a, b) => (a.key < b.key ? -1 : 1))
  }

  commit(changes: readonly RecordChange[], now: number): boolean {
    const present = new Map(this.at(now).map(record => [record.key, record]))
    if (changes.some(({ key, before }) => present.get(key)?.value !== before)) return false
    for (const { key, after, expiresAt, lists = [], once = false } of changes) {
      const first = present.get(key) ?? { lists, once }
      present.delete(key)
      if (after !== undefined) {
        present.set(key, { key, value: after, expiresAt, lists: first.lists, once: first.once })
      }
    }
    this.#records = [...present.values()]
    return true
  }
}

async function play(store: Records, sequence: readonly Step[], kind: string, clock: { now: number }) {
  const model = new Model()
  for (const { wait, changes } of sequence) {
    clock.now += wait
    const present = new Map(model.at(clock.now).map(({ key, value }) => [key, value]))
    const commit = changes.map(({ id, isRight, after, life, lists, once }): RecordChange => {
      const key = `${kind}:${id}` as const
      const before = isRight ? present.get(key) : '1'
      return { key, before, after, expiresAt: life === undefined ? undefined : clock.now + life, lists, once }
    })
    const [is, ought] = [await store.commit(commit), model.commit(commit, clock.now)]
    if (is !== ought) throw new Error(`${JSON.stringify(commit)} answered ${is}`)
    await compare(store, model.at(clock.now), kind)
  }
}

async function compare(store: Records, records: readonly KeptRecord[], kind: string): Promise<void> {
  for (const id of IDS) {
    const key = `${kind}:${id}` as const
    const [is, ought] = [await store.getRecord(key), records.find(record => record.key === key)?.value]
    if (is !== ought) throw new Error(`${key} is ${is}, not ${ought}`)
  }
  for (const list of [undefined, ...LISTS]) {
    const wanted = records.filter(({ lists }) => list === undefined || lists.includes(list))
    const first = await store.pageRecords({ kind, list, limit: 2 })
    const rest = await store.pageRecords({ kind, list, after: first.at(-1)?.key, limit: 100 })
    const read = JSON.stringify([...first, ...(first.length === 0 ? [] : rest)])
    if (read !== JSON.stringify(wanted)) throw new Error(`${list} is ${read}, not ${JSON.stringify(wanted)}`)
  }
}

/** A kind for each run, where all runs share a store. */
function kindOf(run: number): string {
  return `k${[...String(run)].map(digit => 'abcdefghij'[Number(digit)]).join('')}`
}

const LIVES = [undefined, -1, 0, 1, 400, 5_000]

t.test('memory', async () => {
  await fc.assert(
    fc.asyncProperty(steps(LIVES), async sequence => {
      const clock = { now: 1_000_000 }
      await play(
        createMemoryStore(() => clock.now),
        sequence,
        'k',
        clock,
      )
    }),
    { numRuns: 300 },
  )
})

t.test('sqlite', async t => {
  const clock = { now: 1_000_000 }
  const store = openSqliteStore(join(t.testdir(), 'postern.db'), () => clock.now)
  t.teardown(() => store.close())
  let run = 0
  await fc.assert(
    fc.asyncProperty(steps(LIVES), sequence => play(store, sequence, kindOf(run++), clock)),
    { numRuns: 40 },
  )
})

t.test('redis', { skip: withoutRedis() }, async t => {
  const { url } = await startRedis(t)
  const store = await openRedisStore({ url, keyPrefix: 'acme:' })
  t.teardown(() => store.close())
  let run = 0
  // By the server's clock: what ends has ended, or does so much later.
  await fc.assert(
    fc.asyncProperty(steps([undefined, -3_600_000, 3_600_000]), sequence =>
      play(store, sequence, kindOf(run++), { now: Date.now() }),
    ),
    { numRuns: 60 },
  )
})
