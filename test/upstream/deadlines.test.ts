import t from 'tap'
import { Deadlines } from '../../src/upstream/deadlines.ts'

/** Adds a call that ends `wait` milliseconds from now; resolves when it expires. */
function add(deadlines: Deadlines, wait: number, expired: string[], name: string) {
  const { promise, resolve } = Promise.withResolvers<void>()
  const call = {
    deadline: performance.now() + wait,
    expire() {
      expired.push(name)
      resolve()
    },
  }
  deadlines.add(call)
  return { call, promise }
}

/** The watch does not keep the process alive, so a test has to. */
function stayAlive(t: { teardown: (done: () => void) => void }): void {
  const timer = setInterval(() => {}, 1000)
  t.teardown(() => clearInterval(timer))
}

t.test('calls expire in order, each at its deadline and not before', async t => {
  stayAlive(t)
  const deadlines = new Deadlines()
  const expired: string[] = []
  const first = add(deadlines, 20, expired, 'first')
  const second = add(deadlines, 60, expired, 'second')
  await first.promise
  t.ok(performance.now() >= first.call.deadline)
  t.ok(expired.length === 1 || performance.now() >= second.call.deadline)
  await second.promise
  t.ok(performance.now() >= second.call.deadline)
  t.same(expired, ['first', 'second'])
})

t.test('a deleted call does not expire, and one added later is still watched', async t => {
  stayAlive(t)
  const deadlines = new Deadlines()
  const expired: string[] = []
  const gone = add(deadlines, 5, expired, 'gone')
  deadlines.delete(gone.call)
  await add(deadlines, 15, expired, 'kept').promise
  await add(deadlines, 5, expired, 'later').promise
  t.same(expired, ['kept', 'later'])
})

t.test('a call with an earlier deadline than the last is not kept waiting, and can be deleted', async t => {
  stayAlive(t)
  const deadlines = new Deadlines()
  const expired: string[] = []
  const long = add(deadlines, 60_000, expired, 'long')
  const gone = add(deadlines, 5, expired, 'gone')
  deadlines.delete(gone.call)
  await add(deadlines, 20, expired, 'early').promise
  t.same(expired, ['early'])
  deadlines.delete(long.call)
})

t.test(
  'a call with an earlier deadline is not late because the timer still waits for one that is gone',
  async t => {
    stayAlive(t)
    const deadlines = new Deadlines()
    const expired: string[] = []
    const gone = add(deadlines, 60_000, expired, 'gone')
    deadlines.delete(gone.call)
    const redirected = add(deadlines, 20, expired, 'redirected')
    const guard = AbortSignal.timeout(10_000)
    await Promise.race([redirected.promise, new Promise(resolve => guard.addEventListener('abort', resolve))])
    t.same(expired, ['redirected'])
  },
)
