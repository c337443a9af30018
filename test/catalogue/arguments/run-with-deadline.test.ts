import t from 'tap'
import { DEADLINE, runWithDeadline } from '../../../src/catalogue/arguments/run-with-deadline.ts'

t.test('hands on what the task returns or throws', async t => {
  t.equal(
    runWithDeadline(() => 7, 1_000),
    7,
  )
  t.throws(() => runWithDeadline(() => JSON.parse('{'), 1_000), SyntaxError)
})

t.test('stops a task, also within a regular expression, and works again', async t => {
  t.equal(
    runWithDeadline(() => /^(a+)+$/.test(`${'a'.repeat(60)}!`), 20),
    DEADLINE,
  )
  t.equal(
    runWithDeadline(() => {
      for (;;);
    }, 20),
    DEADLINE,
  )
  t.equal(
    runWithDeadline(() => 'again', 1_000),
    'again',
  )
})
