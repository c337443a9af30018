import t, { type Test } from 'tap'
import type { Principal } from '../../src/auth/principal.ts'
import type { Tool } from '../../src/catalogue/tool.ts'
import type { LimitConfig } from '../../src/config/schema.ts'
import { PosternError } from '../../src/errors.ts'
import { createLimits } from '../../src/limits/create-limits.ts'
import { createMemoryCounters } from '../../src/store/memory/counters.ts'
import { makePrincipal, makeTool } from '../policy/make-tool.ts'
import { makeLimits } from './make-limits.ts'

const READ = makeTool('get_invoice', 'read:invoices')
const WRITE = makeTool('create_invoice', 'write:invoices', undefined, 'write')
const MANAGE = makeTool('send_invoice', 'manage:invoices', undefined, 'manage')
const DEAR: Tool = { ...makeTool('export_all', 'read:invoices'), cost: 5 }
const FREE: Tool = { ...makeTool('ping', 'read:invoices'), cost: 0 }

function principal(more: Partial<Principal> = {}): Principal {
  return { ...makePrincipal([]), ...more }
}

interface Calling {
  readonly as?: Principal
  readonly server?: string
  readonly client?: string
}

/** Limits over a store whose clock the test moves. */
function setUp(t: Test, configured: readonly LimitConfig[]) {
  const clock = { now: 0 }
  const counters = createMemoryCounters({ clock: () => clock.now })
  const questions: number[] = []
  const limits = createLimits(configured, {
    spend(charges) {
      questions.push(charges.length)
      return counters.spend(charges)
    },
  })
  if (limits === undefined) throw new Error('no limits')
  const count = async (tool: Tool, { as = principal(), server = '/mcp', client }: Calling = {}) => {
    const told: Record<string, string>[] = []
    try {
      await limits.count({ principal: as, server, client, tool, onHeaders: headers => told.push(headers) })
      return { error: undefined, headers: told.at(-1) ?? {} }
    } catch (error) {
      if (!(error instanceof PosternError)) throw error
      return { error, headers: told.at(-1) ?? {} }
    }
  }
  /** How many of `times` calls are let through. */
  const passes = async (times: number, tool: Tool, calling?: Calling) => {
    let passed = 0
    for (let i = 0; i < times; i++) if ((await count(tool, calling)).error === undefined) passed++
    return passed
  }
  t.comment(configured.length)
  return { clock, count, passes, questions, size: () => counters.size }
}

t.test('without limits there is nothing to ask', async t => {
  t.equal(createLimits([], createMemoryCounters()), undefined)
})

t.test('a rate holds in any minute, and what is refused says how long to wait', async t => {
  const { clock, count, passes } = setUp(t, makeLimits({ per: 'principal', rate: '60/min' }))
  t.equal(await passes(100, READ), 60)
  clock.now = 20_000
  const { error, headers } = await count(READ)
  t.match(error, { code: 'rate_limited', status: 429, data: { retryAfter: 40, limit: 'principal-min' } })
  t.equal(
    error?.message,
    'Too many calls: at most 60 calls per minute with one credential are let through. Nothing was done. Call again in 40 seconds, not sooner.',
  )
  t.equal(headers['Retry-After'], '40')
  t.equal(headers['RateLimit-Policy'], '"principal-min";q=60;w=60')
  t.equal(headers.RateLimit, '"principal-min";r=0;t=40')
  t.same(error?.headers, headers)
  clock.now = 59_999
  t.equal(await passes(1, READ), 0)
  clock.now = 60_000
  t.equal(await passes(100, READ), 60)
})

t.test('a budget counts what calls cost, over 24 hours', async t => {
  const { clock, count, passes } = setUp(t, makeLimits({ per: 'subject', budget: '12/day' }))
  t.equal(await passes(3, DEAR), 2)
  const { error } = await count(DEAR)
  t.match(error, { code: 'budget_exceeded', status: 429, data: { retryAfter: 86_400 } })
  t.equal(
    error?.message,
    'The budget is used up: at most calls that cost 12 per 24 hours for one user are let through. This call costs 5, and 2 is left. Nothing was done. Call again in 86400 seconds (24 hours), not sooner.',
  )
  t.equal(await passes(5, READ), 2)
  t.equal(await passes(5, FREE), 5)
  clock.now = 86_399_999
  t.equal(await passes(1, READ), 0)
  clock.now = 86_400_000
  t.equal(await passes(3, DEAR), 2)
})

t.test('what costs more than there ever is says that waiting is no use', async t => {
  const { count } = setUp(t, makeLimits({ per: 'subject', budget: '4/day' }))
  const { error, headers } = await count(DEAR)
  t.match(error?.message, /It will never fit/)
  t.equal(headers['Retry-After'], undefined)
})

t.test('a burst lets so many through at once and the rate in the long run', async t => {
  const { clock, passes } = setUp(t, makeLimits({ per: 'principal', rate: '60/min', burst: 10 }))
  t.equal(await passes(50, READ), 10)
  let passed = 0
  for (clock.now = 100; clock.now <= 60_000; clock.now += 100) passed += await passes(1, READ)
  t.equal(passed, 60)
})

t.test('what a limit is per decides who shares it', async t => {
  const [one, two] = [principal(), principal({ credentialId: 'tok_2' })]
  const other = principal({ subject: 'user-8', credentialId: 'tok_3' })
  const stranger = principal({ subject: 'user-9', credentialId: 'tok_4', organization: 'org-2' })
  const all = [one, two, other, stranger]
  const passesOf = async (per: LimitConfig['per'], callings: readonly [Tool, Calling][]) => {
    const { passes } = setUp(t, makeLimits({ per, rate: '2/min' }))
    let passed = 0
    for (const [tool, calling] of callings) passed += await passes(5, tool, calling)
    return passed
  }
  const callers = all.map(as => [READ, { as }] as [Tool, Calling])
  t.equal(await passesOf('principal', callers), 8)
  t.equal(await passesOf('subject', callers), 6)
  t.equal(await passesOf('organization', callers), 4)
  t.equal(await passesOf('tool', callers), 2)
  t.equal(await passesOf('tool', [...callers, [WRITE, {}]]), 4)
  t.equal(await passesOf('server', [...callers, [WRITE, {}]]), 2)
  t.equal(await passesOf('server', [...callers, [WRITE, { server: '/mcp/admin' }]]), 4)
  t.equal(
    await passesOf('client', [
      [READ, { client: 'claude-code/1.0' }],
      [READ, { client: 'claude-code/2.0', as: stranger }],
      [READ, { client: 'Cursor/1.0' }],
      [READ, {}],
    ]),
    6,
  )
})

t.test('callers without an organization are each their own, never one that a name can reach', async t => {
  const alone = (subject: string) => principal({ subject, organization: undefined })
  const { passes } = setUp(t, makeLimits({ per: 'organization', rate: '2/min' }))
  t.equal(await passes(5, READ, { as: alone('user-7') }), 2)
  t.equal(await passes(5, READ, { as: alone('user-8') }), 2)
  t.equal(await passes(5, READ, { as: principal({ organization: 'user-7' }) }), 2)
  t.equal(await passes(5, READ, { as: principal({ organization: '' }) }), 2)
})

t.test('the same credential id of another scheme is another credential', async t => {
  const { passes } = setUp(t, makeLimits({ per: 'principal', rate: '2/min' }))
  t.equal(await passes(5, READ), 2)
  t.equal(await passes(5, READ, { as: principal({ scheme: 'bearer' }) }), 2)
})

t.test('filters say which calls are counted', async t => {
  const tiers = setUp(t, makeLimits({ per: 'principal', tier: ['write', 'manage'], rate: '3/min' }))
  t.equal(await tiers.passes(9, READ), 9)
  t.equal(await tiers.passes(2, WRITE), 2)
  t.equal(await tiers.passes(9, MANAGE), 1)
  t.equal(tiers.questions.length, 2 + 9, 'no question where no limit is about the call')
  const tools = setUp(t, makeLimits({ per: 'principal', tool: ['get_*', 'ping'], rate: '1/min' }))
  t.equal(await tools.passes(9, WRITE), 9)
  t.equal(await tools.passes(9, READ), 1)
  t.equal(await tools.passes(9, FREE), 0)
  const schemes = setUp(t, makeLimits({ per: 'principal', scheme: 'bearer', rate: '1/min' }))
  t.equal(await schemes.passes(9, READ), 9)
  t.equal(await schemes.passes(9, READ, { as: principal({ scheme: 'bearer' }) }), 1)
})

t.test('several limits are one question, and a refused call uses up none of them', async t => {
  const { clock, count, passes, questions } = setUp(
    t,
    makeLimits(
      { per: 'principal', tier: 'read', rate: '2/s' },
      { per: 'server', rate: '100/min' },
      { per: 'subject', budget: '1000/day' },
    ),
  )
  t.equal(await passes(20, READ), 2)
  t.ok(questions.every(charges => charges === 3))
  t.equal(questions.length, 20)
  clock.now = 1_000
  const { headers } = await count(READ)
  t.equal(
    headers.RateLimit,
    '"principal-read-s";r=1;t=1, "server-min";r=97;t=59, "subject-budget-day";r=997;t=86399',
  )
})

t.test('of several limits without room, the one that takes longest is named', async t => {
  const { count, passes } = setUp(
    t,
    makeLimits({ per: 'principal', rate: '2/s' }, { per: 'subject', budget: '2/day' }),
  )
  t.equal(await passes(9, READ), 2)
  t.match((await count(READ)).error, { code: 'budget_exceeded' })
})

t.test('a limit with a rate and a budget is both', async t => {
  const { clock, count, passes } = setUp(t, makeLimits({ per: 'subject', rate: '2/s', budget: '3/day' }))
  t.equal(await passes(9, READ), 2)
  clock.now = 1_000
  t.equal(await passes(9, READ), 1)
  t.match((await count(READ)).error, { code: 'budget_exceeded' })
})

t.test('clients that make up names make a bounded number of counters', async t => {
  const { passes, size } = setUp(t, makeLimits({ per: 'client', rate: '1/min' }))
  for (let i = 0; i < 20_000; i++) await passes(1, READ, { client: `made-up-${i}/1.0` })
  t.ok(size() <= 4_096, `${size()}`)
  t.ok(size() > 3_000, 'and names are told apart')
})

t.test('a verified OAuth client has its own count, whatever it calls itself', async t => {
  const { passes } = setUp(t, makeLimits({ per: 'client', rate: '1/min' }))
  const [one, two] = [principal({ client: 'one' }), principal({ client: 'two' })]
  t.equal(await passes(1, READ, { as: one, client: 'claude/1' }), 1)
  t.equal(await passes(1, READ, { as: one, client: 'other/1' }), 0)
  t.equal(await passes(1, READ, { as: two, client: 'claude/1' }), 1)
  t.equal(await passes(1, READ, { client: 'claude/1' }), 1, 'nor that of those who only say so')
})

t.test('counts stay when limits are moved, lowered or raised', async t => {
  const counters = createMemoryCounters({ clock: () => 0 })
  const call = { principal: principal(), server: '/mcp', client: undefined, tool: READ }
  const first = createLimits(makeLimits({ per: 'subject', rate: '5/min', tier: ['read', 'write'] }), counters)
  for (let i = 0; i < 3; i++) first?.count(call)
  const moved = makeLimits(
    { per: 'server', rate: '9/s' },
    { per: 'subject', rate: '4/min', tier: ['write', 'read'] },
  )
  const second = createLimits(moved, counters)
  second?.count(call)
  t.throws(() => second?.count(call), { code: 'rate_limited' })
})

t.test('counters that can’t be asked let nothing through', async t => {
  const unavailable = new PosternError('store_unavailable', {
    detail: 'redis: ECONNREFUSED 10.0.0.1',
    headers: { 'Retry-After': '1' },
  })
  const call = { principal: principal(), server: '/mcp', client: undefined, tool: READ }
  for (const spend of [
    () => {
      throw unavailable
    },
    () => Promise.reject(unavailable),
  ]) {
    const limits = createLimits(makeLimits({ per: 'server', rate: '1/s' }), { spend })
    const error = await Promise.resolve()
      .then(() => limits?.count(call))
      .catch((thrown: unknown) => thrown)
    if (!(error instanceof PosternError)) throw new Error('let through')
    t.match(error, { code: 'store_unavailable', status: 503, headers: { 'Retry-After': '1' } })
    t.match(error.message, /nothing is let through/)
    t.notMatch(error.message, /10\.0\.0\.1/)
    t.match(error.detail, /10\.0\.0\.1/)
  }
  const broken = createLimits(makeLimits({ per: 'server', rate: '1/s' }), {
    spend: () => Promise.reject(new TypeError('x')),
  })
  await t.rejects(async () => broken?.count(call), TypeError)
})
