import t from 'tap'
import { runAtOnce, runInSlices, type Sliced } from '../../src/catalogue/run-in-slices.ts'

function* busy(milliseconds: number): Sliced<string> {
  const end = performance.now() + milliseconds
  while (performance.now() < end) yield
  return 'done'
}

function* broken(): Sliced<never> {
  yield
  throw new RangeError('broken')
}

t.test('what waits has its turn between slices', async t => {
  let turns = 0
  let isBusy = true
  const turn = () => {
    turns += 1
    if (isBusy) setImmediate(turn)
  }
  setImmediate(turn)
  t.equal(await runInSlices(busy(100)), 'done')
  isBusy = false
  t.ok(turns >= 3, `${turns} turns`)
})

t.test('at once, nothing has', async t => {
  let turned = false
  setImmediate(() => {
    turned = true
  })
  t.equal(runAtOnce(busy(30)), 'done')
  t.equal(turned, false)
})

t.test('a mistake comes out as it is', async t => {
  await t.rejects(runInSlices(broken()), { message: 'broken' })
  t.throws(() => runAtOnce(broken()), { message: 'broken' })
})
