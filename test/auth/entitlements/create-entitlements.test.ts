import t from 'tap'
import type { AskProduct } from '../../../src/auth/ask-product.ts'
import { Cancellation } from '../../../src/auth/cancellation.ts'
import { createEntitlements } from '../../../src/auth/entitlements/create-entitlements.ts'
import type { Authenticated, Principal } from '../../../src/auth/principal.ts'
import { pretendCaller } from '../../../src/cli/pretend-caller.ts'
import { PosternError } from '../../../src/errors.ts'
import { createMemoryStore } from '../../../src/store/memory/store.ts'

const { flags: _, ...NOBODY } = pretendCaller(['*'])
const callerOf = (more: Partial<Principal> = {}): Authenticated => ({
  principal: Object.freeze({ ...NOBODY, subject: 'ada', credentialId: 'tok_1', roles: ['own'], ...more }),
  forwardable: {},
})

type Question = Parameters<AskProduct>[0]

function setUp(
  answer: (question: Question) => Promise<unknown> | unknown,
  credentials: () => { headers: Record<string, string> } = () => ({ headers: { authorization: 'x' } }),
) {
  const clock = { now: 1_000_000 }
  const questions: Question[] = []
  const reasons: unknown[] = []
  const entitle = createEntitlements({
    config: { request: 'GET /f', flags: 'f', roles: 'r', cache: 10_000 },
    ask: async question => {
      questions.push(question)
      return { status: 200, body: await answer(question) }
    },
    backendOf: () => 'billing',
    credentials,
    revocations: createMemoryStore().revocations,
    now: () => clock.now,
    onUnlearnt: reason => reasons.push(reason),
    random: () => 0,
  })
  return { entitle, clock, questions, reasons }
}

t.test('the principal stays the same frozen object while nothing about it changes', async t => {
  const { entitle, clock, questions } = setUp(() => ({ f: ['b', 'a'], r: ['r'] }))
  const caller = callerOf()
  const first = await entitle(caller, undefined)
  t.match(first.principal, { subject: 'ada', flags: ['a', 'b'], roles: ['r'] })
  t.ok(Object.isFrozen(first.principal))
  t.notOk('unlearnt' in first.principal)
  const known = entitle(caller, undefined)
  t.notOk(known instanceof Promise, 'what is known is not waited for')
  t.equal((await known).principal, first.principal)
  t.equal((await entitle(callerOf(), undefined)).principal, first.principal, 'verified anew')
  clock.now += 10_000
  t.equal((await entitle(caller, undefined)).principal, first.principal, 'asked anew')
  t.equal(questions.length, 2)
  const other = await entitle(callerOf({ scopes: ['read:*'] }), undefined)
  t.not(other.principal, first.principal)
  t.match(other.principal, { scopes: ['read:*'], flags: ['a', 'b'] })
})

t.test('where nobody says: no flags, no roles, and which of them are not known', async t => {
  let isDown = true
  const { entitle, clock, questions, reasons } = setUp(() => {
    if (isDown) throw new PosternError('upstream_unavailable')
    return { f: ['a'], r: [] }
  })
  const { principal } = await entitle(callerOf(), undefined)
  t.match(principal, { flags: undefined, roles: [], unlearnt: ['flags', 'roles'] })
  t.equal((await entitle(callerOf(), undefined)).principal, principal)
  t.equal(questions.length, 1)
  t.equal(reasons.length, 1)
  isDown = false
  clock.now += 5_000
  t.match((await entitle(callerOf(), undefined)).principal, { flags: ['a'], roles: [] })
  isDown = true
  clock.now += 10_000
  t.match((await entitle(callerOf(), undefined)).principal.flags, undefined, 'no earlier answer stands in')
})

t.test('a caller for whom no credential fits is asked about nowhere', async t => {
  const { entitle, questions } = setUp(
    () => ({ f: [] }),
    () => {
      throw new PosternError('no_upstream_credential')
    },
  )
  t.match((await entitle(callerOf(), undefined)).principal, {
    flags: undefined,
    unlearnt: ['flags', 'roles'],
  })
  t.equal(questions.length, 0)
})

t.test('who goes away disturbs nobody, and leaves nothing behind', async t => {
  const waiting: ((body: unknown) => void)[] = []
  const { entitle, questions, reasons } = setUp(() => new Promise(resolve => waiting.push(resolve)))
  const [leaving, staying] = [new Cancellation(), new Cancellation()]
  const gone = entitle(callerOf(), leaving)
  const answered = entitle(callerOf(), staying)
  await new Promise(setImmediate)
  leaving.abort(new PosternError('cancelled'))
  await t.rejects(Promise.resolve(gone), { code: 'cancelled' })
  waiting[0]?.({ f: ['a'] })
  t.match((await answered).principal.flags, ['a'])
  t.equal(questions.length, 1)
  const alone = new Cancellation()
  const left = entitle(callerOf({ credentialId: 'tok_2' }), alone)
  await new Promise(setImmediate)
  alone.abort(new PosternError('cancelled'))
  await t.rejects(Promise.resolve(left), { code: 'cancelled' })
  t.ok(questions[1]?.signal?.aborted)
  t.same(reasons, [])
})

t.test('a flood of callers is not a flood of questions', async t => {
  const waiting: ((body: unknown) => void)[] = []
  const { entitle, questions, reasons } = setUp(() => new Promise(resolve => waiting.push(resolve)))
  const callers = Array.from({ length: 513 }, (_, index) =>
    Promise.resolve(entitle(callerOf({ credentialId: `tok_${index}` }), undefined)),
  )
  t.match((await callers[512])?.principal, { flags: undefined, unlearnt: ['flags', 'roles'] })
  t.equal(questions.length, 512)
  t.match(reasons, [{ code: 'upstream_unavailable' }])
  for (const answer of waiting) answer({ f: ['a'] })
  t.match((await callers[0])?.principal.flags, ['a'])
})
