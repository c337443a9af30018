import t from 'tap'
import { Cancellation } from '../../src/auth/cancellation.ts'
import { orCancelled } from '../../src/auth/or-cancelled.ts'

t.test('the result of the work, or its failure', async t => {
  const signal = new Cancellation()
  t.equal(await orCancelled(Promise.resolve(1), signal), 1)
  t.equal(await orCancelled(Promise.resolve(1), undefined), 1)
  await t.rejects(orCancelled(Promise.reject(new Error('no')), signal), { message: 'no' })
})

t.test('who goes away does not wait, and the work goes on', async t => {
  const { promise, resolve } = Promise.withResolvers<number>()
  const signal = new Cancellation()
  const left = orCancelled(promise, signal)
  const stays = orCancelled(promise, new Cancellation())
  signal.abort()
  await t.rejects(left, { code: 'cancelled' })
  await t.rejects(orCancelled(promise, signal), { code: 'cancelled' }, 'who has gone before')
  resolve(2)
  t.equal(await stays, 2)
})
