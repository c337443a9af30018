/** What comes in during one turn of the event loop is handled in a row at its end. */
import { setImmediate } from 'node:timers/promises'
import t from 'tap'
import { inTurns } from '../src/in-turns.ts'

t.test('what comes in during one turn is handled at its end, in order', async t => {
  const handled: number[] = []
  const handle = inTurns<number>(item => handled.push(item))
  handle(1)
  await Promise.resolve()
  handle(2)
  t.strictSame(handled, [], 'nothing is handled while more may come in')
  await setImmediate()
  t.strictSame(handled, [1, 2])
})

t.test('what comes in while others are handled waits for the next turn', async t => {
  const handled: number[] = []
  const handle = inTurns<number>(item => {
    handled.push(item)
    if (item < 3) handle(item + 1)
  })
  handle(1)
  for (const expected of [[1], [1, 2], [1, 2, 3]]) {
    await setImmediate()
    t.strictSame(handled, expected)
  }
})

t.test('no microtask runs between two that are handled in a row', async t => {
  const order: string[] = []
  const handle = inTurns<string>(item => {
    order.push(item)
    queueMicrotask(() => order.push(`after ${item}`))
  })
  handle('a')
  handle('b')
  await setImmediate()
  t.strictSame(order, ['a', 'b', 'after a', 'after b'])
})
