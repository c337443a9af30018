/** One question for all that is asked in one piece of synchronous work. */
import t from 'tap'
import { onceInARow } from '../../../src/store/sqlite/once-in-a-row.ts'

t.test('what is asked in a row is asked once, and again after anything else has run', async t => {
  let count = 0
  const ask = onceInARow(() => {
    count += 1
  })
  ask()
  ask()
  t.equal(count, 1)
  await null
  ask()
  t.equal(count, 2)
})

t.test('a question that throws has not been asked', async t => {
  let count = 0
  const ask = onceInARow(() => {
    count += 1
    throw new Error('nobody knows')
  })
  t.throws(ask, { message: 'nobody knows' })
  t.throws(ask, { message: 'nobody knows' })
  t.equal(count, 2)
})
