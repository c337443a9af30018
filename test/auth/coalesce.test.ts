import t from 'tap'
import { createCoalescer } from '../../src/auth/coalesce.ts'

function setUp(limit = 10) {
  const runs: { signal: AbortSignal; resolve: (value: string) => void; reject: (error: Error) => void }[] = []
  const coalescer = createCoalescer<string>(limit)
  const run = (key: string, signal?: AbortSignal) =>
    coalescer.run(
      key,
      signal => new Promise((resolve, reject) => runs.push({ signal, resolve, reject })),
      signal,
    )
  return { runs, run }
}

t.test('equal keys at the same time share one run, later ones start anew', async t => {
  const { runs, run } = setUp()
  const all = [run('a'), run('a'), run('b')]
  t.equal(runs.length, 2)
  runs[0]?.resolve('A')
  runs[1]?.resolve('B')
  t.strictSame(await Promise.all(all), ['A', 'A', 'B'])
  const again = run('a')
  t.equal(runs.length, 3)
  runs[2]?.resolve('A2')
  t.equal(await again, 'A2')
})

t.test('a failure reaches all who wait, and is not kept', async t => {
  const { runs, run } = setUp()
  const all = [run('a'), run('a')]
  runs[0]?.reject(new Error('no'))
  for (const result of all) await t.rejects(result, { message: 'no' })
  run('a').catch(() => {})
  t.equal(runs.length, 2)
  runs[1]?.resolve('')
})

t.test('one caller’s leaving does not disturb the others', async t => {
  const { runs, run } = setUp()
  const leaving = new AbortController()
  const left = run('a', leaving.signal)
  const stays = run('a', new AbortController().signal)
  leaving.abort()
  await t.rejects(left, { code: 'cancelled' })
  t.equal(runs[0]?.signal.aborted, false)
  runs[0]?.resolve('A')
  t.equal(await stays, 'A')
})

t.test('when all have left the run is aborted, and the next caller starts anew', async t => {
  const { runs, run } = setUp()
  const [one, two] = [new AbortController(), new AbortController()]
  const results = [run('a', one.signal), run('a', two.signal)]
  one.abort()
  two.abort()
  for (const result of results) await t.rejects(result, { code: 'cancelled' })
  t.equal(runs[0]?.signal.aborted, true)
  const next = run('a')
  t.equal(runs.length, 2)
  runs[0]?.reject(new Error('aborted'))
  runs[1]?.resolve('A')
  t.equal(await next, 'A')
})

t.test('a caller who has left already starts nothing', async t => {
  const { runs, run } = setUp()
  await t.rejects(run('a', AbortSignal.abort()), { code: 'cancelled' })
  t.equal(runs.length, 0)
})

t.test('a flood of different keys is refused beyond the limit, known keys still join', async t => {
  const { runs, run } = setUp(2)
  const all = [run('a'), run('b')]
  await t.rejects(run('c'), { code: 'upstream_unavailable', status: 503, headers: { 'Retry-After': '1' } })
  all.push(run('a'))
  t.equal(runs.length, 2)
  for (const { resolve } of runs) resolve('x')
  await Promise.all(all)
  run('c')
  t.equal(runs.length, 3)
  runs[2]?.resolve('x')
})
