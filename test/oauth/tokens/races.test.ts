/** Two nodes on one store, in every order: whatever is revoked stays so, and what can be used once is used once. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { openRedisStore } from '../../../src/store/redis/store.ts'
import { openSqliteStore } from '../../../src/store/sqlite/store.ts'
import type { Store } from '../../../src/store/store.ts'
import { startRedis, withoutRedis } from '../../store/start-redis.ts'
import {
  ADA_BY_PRODUCT,
  approve,
  type Connected,
  connect,
  createRooms,
  DAY,
  type Form,
  MINUTE,
  post,
  type Rooms,
  type RoomsOptions,
  redemption,
  refreshing,
} from './rooms.ts'

type OpenStore = (now: () => number) => Promise<Store>
type Nodes = readonly [Rooms, Rooms]

/** Two nodes on one store, with a connection each. */
async function startNodes(t: Test, open: OpenStore, options: RoomsOptions = {}): Promise<Nodes> {
  const clock = { now: Date.now() }
  const start = async () => {
    const store = await open(() => clock.now)
    t.teardown(() => store.close())
    await store.ready()
    return createRooms({ ...options, clock, store: () => store })
  }
  return [await start(), await start()]
}

const many = (nodes: readonly Rooms[], form: Form) =>
  Promise.all(
    Array.from({ length: 50 }, (_, index) => {
      const node = nodes[index % nodes.length]
      if (node === undefined) throw new Error('no node')
      return post(node.token, form)
    }),
  )

/** Each thing that a store does for a request; one after the other, somebody else does something before it. */
const STEPS = ['fresh', 'getRecord', 'createToken', 'commit', 'revoke'] as const

/** A store that lets somebody do something just before its nth step, or just after it. */
function interrupted(store: Store, at: number, where: 'before' | 'after', interrupt: () => Promise<unknown>) {
  let step = 0
  const wrap = (own: (...args: unknown[]) => unknown) => {
    return async (...args: unknown[]) => {
      const isIt = step++ === at
      if (isIt && where === 'before') await interrupt()
      const answer = await own.apply(store, args)
      if (isIt && where === 'after') await interrupt()
      return answer
    }
  }
  const steps = STEPS.map(name => [name, { value: wrap(store[name] as (...args: unknown[]) => unknown) }])
  const wrapped: Store = Object.create(store, Object.fromEntries(steps))
  return { store: wrapped, steps: () => step }
}

type Interruption = (rooms: Rooms, connected: { readonly grant: string }) => Promise<unknown>

const INTERRUPTIONS: Readonly<Record<string, Interruption>> = {
  'the grant is revoked': (rooms, { grant }) => rooms.grants.revoke(grant),
  'all of the subject is revoked': ({ store, clock }) =>
    store.revoke({
      kind: 'subject',
      value: 'ada',
      recheck: false,
      at: clock.now,
      until: undefined,
      reason: undefined,
    }),
  'the client is revoked': ({ store, clock }) =>
    store.revoke({
      kind: 'client',
      value: 'cli_1',
      recheck: false,
      at: clock.now,
      until: undefined,
      reason: undefined,
    }),
}

/** Does something on one node at every step of a request to another, and looks what is alive then. */
async function atEveryStep(
  nodes: Nodes,
  t: Test,
  interrupt: Interruption,
  begin: (rooms: Rooms) => Promise<{ readonly grant: string; readonly form: Form }>,
): Promise<void> {
  const [{ store, clock }, other] = nodes
  const run = async (at: number, where: 'before' | 'after') => {
    const { grant, form } = await begin(other)
    const wrapped = interrupted(store, at, where, () => interrupt(other, { grant }))
    const answer = await post(createRooms({ clock, store: () => wrapped.store }).token, form)
    return { grant, answer, steps: wrapped.steps() }
  }
  const { steps, answer } = await run(Number.POSITIVE_INFINITY, 'before')
  t.equal(answer.status, 200, `${steps} steps where nobody interrupts`)
  let given = 0
  for (let at = 0; at < steps; at++) {
    for (const where of ['before', 'after'] as const) {
      const { grant, answer } = await run(at, where)
      const what = `${where} step ${at}: ${answer.error ?? 'a token'}`
      if (answer.status === 200) given++
      t.equal(await other.principalOf(answer.body.access_token), undefined, what)
      const next = await post(other.token, refreshing(answer.body.refresh_token ?? 'none'))
      t.equal(next.error, 'invalid_grant', what)
      t.equal(await other.grants.find(grant), undefined, what)
      if (!(await other.store.liftRevocation('credential', grant))) continue
      const later = await post(other.token, refreshing(answer.body.refresh_token ?? 'none'))
      t.equal(later.error, 'invalid_grant', `${what}, and when the word has ended`)
    }
  }
  t.ok(given > 0, `${given} answers had tokens, which had ended already`)
}

async function races(t: Test, open: (t: Test) => OpenStore): Promise<void> {
  t.test('50 redemptions at once on two nodes: exactly one succeeds', async t => {
    const nodes = await startNodes(t, open(t))
    const { code } = await approve(nodes[0])
    const answers = await many(nodes, redemption(code))
    t.equal(answers.filter(({ status }) => status === 200).length, 1)
    t.same(new Set(answers.map(({ error }) => error)), new Set([undefined, 'invalid_grant']))
  })

  t.test('50 refreshes at once on two nodes: all succeed, and nobody is taken for a thief', async t => {
    const nodes = await startNodes(t, open(t))
    const { refresh } = await connect(nodes[0], { person: ADA_BY_PRODUCT })
    const answers = await many(nodes, refreshing(refresh))
    t.same(new Set(answers.map(({ status }) => status)), new Set([200]))
    nodes[0].clock.now += MINUTE
    for (const { body } of answers.slice(0, 6))
      t.equal((await post(nodes[1].token, refreshing(body.refresh_token))).status, 200)
  })

  t.test(
    '50 refreshes of a token that was spent long ago: none succeeds, the connection is ended',
    async t => {
      const nodes = await startNodes(t, open(t))
      const { refresh, access } = await connect(nodes[0])
      const next = await post(nodes[1].token, refreshing(refresh))
      nodes[0].clock.now += MINUTE
      const answers = await many(nodes, refreshing(refresh))
      t.same(new Set(answers.map(({ error }) => error)), new Set(['invalid_grant']))
      for (const node of nodes)
        for (const token of [access, next.body.access_token])
          t.equal(await node.principalOf(token), undefined)
    },
  )

  t.test('refreshes and a revocation at once on two nodes leave nothing alive', async t => {
    const nodes = await startNodes(t, open(t))
    const { refresh, grant } = await connect(nodes[0])
    const refreshes = many(nodes, refreshing(refresh))
    await Promise.resolve()
    t.equal(await nodes[1].grants.revoke(grant), true)
    const answers = await refreshes
    for (const { body } of answers.filter(({ status }) => status === 200)) {
      t.equal(await nodes[0].principalOf(body.access_token), undefined)
      t.match(await post(nodes[1].token, refreshing(body.refresh_token)), { error: 'invalid_grant' })
    }
  })

  for (const [what, interrupt] of Object.entries(INTERRUPTIONS)) {
    t.test(`${what} at any moment of a refresh`, async t =>
      atEveryStep(await startNodes(t, open(t)), t, interrupt, async rooms => {
        const { grant, refresh }: Connected = await connect(rooms)
        return { grant, form: refreshing(refresh) }
      }),
    )
    t.test(`${what} at any moment of a redemption`, async t =>
      atEveryStep(await startNodes(t, open(t)), t, interrupt, async rooms => {
        const { grant, code } = await approve(rooms)
        return { grant: grant.id, form: redemption(code) }
      }),
    )
  }

  t.test(
    'tokens that are given at any moment of a revocation end with it, however long they would live',
    async t => {
      const lifetimes = { oauth: { accessToken: '24d', refreshToken: '1m' } }
      const [{ store, clock }, other] = await startNodes(t, open(t), lifetimes)
      const run = async (at: number, where: 'before' | 'after') => {
        const { grant, code } = await approve(other)
        let given: unknown
        const wrapped = interrupted(store, at, where, async () => {
          given = (await post(other.token, redemption(code))).body.access_token
        })
        const isEnded = await createRooms({ clock, store: () => wrapped.store }).grants.revoke(grant.id)
        return { isEnded, given, steps: wrapped.steps() }
      }
      const { steps } = await run(Number.POSITIVE_INFINITY, 'before')
      let alive = 0
      for (let at = 0; at < steps; at++) {
        for (const where of ['before', 'after'] as const) {
          const { isEnded, given } = await run(at, where)
          t.equal(isEnded, true)
          if (given !== undefined) alive++
          for (const later of [0, 2 * DAY]) {
            clock.now += later
            t.equal(await other.principalOf(given), undefined, `${where} step ${at}, ${later} ms later`)
          }
        }
      }
      t.ok(alive > 0, `${alive} tokens were given`)
    },
  )
}

t.test('over SQLite', t =>
  races(t, t => {
    const directory = mkdtempSync(join(tmpdir(), 'postern-races-'))
    t.teardown(() => rmSync(directory, { recursive: true }))
    return async now => openSqliteStore(join(directory, 'postern.db'), now)
  }),
)

t.test('over Redis', { skip: withoutRedis() }, async t => {
  const { url } = await startRedis(t)
  let count = 0
  await races(t, () => {
    const keyPrefix = `race${++count}:`
    return () => openRedisStore({ url, keyPrefix })
  })
})
