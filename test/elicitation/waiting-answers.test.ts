import { mock } from 'node:test'
import t from 'tap'
import { Cancellation } from '../../src/auth/cancellation.ts'
import { MOST_PER_PERSON, MOST_WAITING, WaitingAnswers } from '../../src/elicitation/waiting-answers.ts'

const limits = (person = 'ann', signal = new Cancellation(), timeout = 60_000) => ({
  person,
  signal,
  timeout,
})

t.test('a wait ends with the answer, once', async t => {
  const waiting = new WaitingAnswers()
  const answer = waiting.wait('a', limits())
  t.same(waiting.ids, ['a'])
  t.equal(waiting.settle('b', 1), false)
  t.equal(waiting.settle('a', { action: 'accept' }), true)
  t.equal(waiting.settle('a', { action: 'decline' }), false)
  t.same(await answer, { action: 'accept' })
  t.same(waiting.ids, [])
})

t.test('with the time, with the client, and when nobody can answer any more', async t => {
  const waiting = new WaitingAnswers()
  mock.timers.enable({ apis: ['setTimeout'] })
  const late = waiting.wait('a', limits('ann', new Cancellation(), 60_000))
  mock.timers.tick(60_000)
  mock.timers.reset()
  t.equal(await late, undefined)
  const leaving = new Cancellation()
  const left = waiting.wait('b', limits('ann', leaving))
  leaving.abort()
  await t.rejects(left, { code: 'cancelled' })
  t.throws(() => waiting.wait('c', limits('ann', leaving)), { code: 'cancelled' })
  const open = waiting.wait('d', limits())
  waiting.close()
  t.same([await open, await waiting.wait('e', limits())], [undefined, undefined])
  t.same(waiting.ids, [])
})

t.test('of one person some wait, and of all together some more', async t => {
  const waiting = new WaitingAnswers()
  const all: Promise<unknown>[] = []
  for (let count = 0; count < MOST_PER_PERSON; count++) all.push(waiting.wait(`ann ${count}`, limits('ann')))
  t.throws(() => waiting.wait('more', limits('ann')), { code: 'too_many_questions' })
  waiting.settle('ann 0', undefined)
  all.push(waiting.wait('again', limits('ann')))
  for (let count = MOST_PER_PERSON; count < MOST_WAITING; count++) {
    all.push(waiting.wait(`other ${count}`, limits(`p ${Math.floor(count / MOST_PER_PERSON)}`)))
  }
  t.throws(() => waiting.wait('last', limits('ben')), { code: 'too_many_questions' })
  waiting.close()
  await Promise.all(all)
})
