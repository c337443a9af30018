import t from 'tap'
import {
  createSuspects,
  FORGOTTEN_AFTER,
  LONGEST_PAUSE,
  pause,
  SHORTEST_PAUSE,
} from '../../../src/auth/attempts/suspects.ts'

t.test('pauses double up to the longest', async t => {
  const suspect = createSuspects(10).note('a', 0)
  const pauses: number[] = []
  for (let i = 0; i < 40; i++) {
    pause(suspect, 0, true, 0)
    pauses.push(suspect.until)
  }
  t.same(
    pauses.slice(0, 5),
    [1, 2, 4, 8, 16].map(factor => factor * SHORTEST_PAUSE),
  )
  t.ok(pauses.slice(5).every(each => each === LONGEST_PAUSE))
})

t.test('a pause is at least as long as the counter says, and never longer than the longest', async t => {
  const suspect = createSuspects(10).note('a', 0)
  pause(suspect, 45_000, true, 5_000)
  t.equal(suspect.until, 50_000)
  pause(suspect, 3_600_000, true, 0)
  t.equal(suspect.until, LONGEST_PAUSE)
})

t.test('a pause that does not grow is what the counter says', async t => {
  const suspect = createSuspects(10).note('a', 0)
  for (let i = 0; i < 5; i++) {
    pause(suspect, 7_000, false, 0)
    t.equal(suspect.until, 7_000)
  }
})

t.test('who has not failed for a while, and does not pause, is forgotten', async t => {
  const suspects = createSuspects(10)
  const suspect = suspects.note('a', 1_000)
  pause(suspect, 60_000, true, 1_000)
  t.equal(suspects.find('a', 61_000 + FORGOTTEN_AFTER - 1), suspect)
  t.equal(suspects.find('a', 61_000 + FORGOTTEN_AFTER), undefined)
  t.equal(suspects.size(), 0)
  t.equal(suspects.note('a', 61_000 + FORGOTTEN_AFTER).strikes, 0)
})

t.test(
  'a new failure drops those that are forgotten, so that an end of trouble empties the memory',
  async t => {
    const suspects = createSuspects(10)
    for (let i = 0; i < 5; i++) suspects.note(`old ${i}`, i)
    suspects.note('new', FORGOTTEN_AFTER + 10)
    t.equal(suspects.size(), 1)
  },
)

t.test('there are never more than so many; who failed longest ago makes room', async t => {
  const suspects = createSuspects(100)
  for (let i = 0; i < 10_000; i++) suspects.note(`a${i}`, i)
  t.equal(suspects.size(), 100)
  suspects.note('a9900', 10_000)
  suspects.note('b', 10_001)
  t.ok(suspects.find('a9900', 10_001), 'the one that failed again stays')
  t.notOk(suspects.find('a9901', 10_001))
})

t.test('once all are forgotten there is nothing to look up', async t => {
  const suspects = createSuspects(10)
  t.ok(suspects.isEmpty(0))
  suspects.note('a', 1_000)
  t.notOk(suspects.isEmpty(1_000))
  t.notOk(suspects.isEmpty(1_000 + FORGOTTEN_AFTER))
  t.ok(suspects.isEmpty(1_000 + FORGOTTEN_AFTER + LONGEST_PAUSE))
  t.equal(suspects.size(), 0)
})
