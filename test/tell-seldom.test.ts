import t from 'tap'
import { tellSeldom } from '../src/tell-seldom.ts'

t.test('at most once in a while, with how many were left out', async t => {
  const clock = { now: 1_000 }
  const said: [unknown, number][] = []
  const warn = tellSeldom(
    (reason, leftOut) => said.push([reason, leftOut]),
    30_000,
    () => clock.now,
  )
  for (const reason of ['a', 'b', 'c']) warn(reason)
  clock.now += 29_999
  warn('d')
  clock.now += 1
  warn('e')
  clock.now -= 20_000
  warn('a clock that was set back')
  t.same(said, [
    ['a', 0],
    ['e', 3],
    ['a clock that was set back', 0],
  ])
})
