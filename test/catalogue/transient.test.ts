import v8 from 'node:v8'
import vm from 'node:vm'
import t from 'tap'
import { transient } from '../../src/catalogue/transient.ts'

v8.setFlagsFromString('--expose-gc')
const collect = vm.runInNewContext('gc') as () => void

/** What was read in one task of the event loop stays until the task is over. */
async function nextTask(): Promise<void> {
  await new Promise(resolve => setImmediate(resolve))
}

t.test('gives one value as long as somebody has it', async t => {
  let made = 0
  const value = transient(() => ({ number: ++made }))
  const first = value()
  collect()
  await nextTask()
  collect()
  t.equal(value(), first)
  t.equal(made, 1)
})

t.test('gives one value throughout one task, however much memory is asked for', t => {
  let made = 0
  const value = transient(() => ({ number: ++made }))
  for (let count = 0; count < 3; count++) {
    value()
    collect()
  }
  t.equal(made, 1)
  t.end()
})

t.test('keeps no value, and makes it again when it is asked for', async t => {
  let made = 0
  const value = transient(() => ({ number: ++made }))
  t.equal(value().number, 1)
  await nextTask()
  collect()
  t.equal(value().number, 2)
})

t.test('starts with a value that is there already, and keeps none of it either', async t => {
  let made = 1
  const value = transient(() => ({ number: ++made }), { number: 1 })
  t.equal(value().number, 1)
  await nextTask()
  collect()
  t.equal(value().number, 2)
})
