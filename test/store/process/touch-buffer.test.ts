import t from 'tap'
import { createTouchBuffer } from '../../../src/store/process/touch-buffer.ts'

function recorder(options: { interval?: number; delay?: number; fail?: number } = {}) {
  const batches: Record<string, number>[] = []
  let failures = options.fail ?? 0
  let next = Promise.withResolvers<void>()
  const buffer = createTouchBuffer({
    interval: options.interval,
    delay: options.delay,
    write(batch) {
      if (failures-- > 0) throw new Error('busy')
      batches.push(Object.fromEntries(batch))
      next.resolve()
      next = Promise.withResolvers()
    },
  })
  return { buffer, batches, written: () => next.promise }
}

t.test('uses are written in one batch by a timer, the latest time of each token', async t => {
  const { buffer, batches, written } = recorder({ delay: 1, interval: 1 })
  const wait = setInterval(() => {}, 1_000) // the buffer's own timer does not keep the process alive
  t.teardown(() => clearInterval(wait))
  buffer.note('a', 1)
  buffer.note('a', 3)
  buffer.note('a', 2)
  buffer.note('b', 1)
  await written()
  t.strictSame(batches, [{ a: 3, b: 1 }])
  buffer.note('a', 4)
  await written()
  t.strictSame(batches, [{ a: 3, b: 1 }, { a: 4 }])
  await buffer.close()
})

t.test('close writes what is pending, and nothing twice', async t => {
  const { buffer, batches } = recorder()
  buffer.note('a', 1)
  await buffer.close()
  await buffer.close()
  t.strictSame(batches, [{ a: 1 }])
})

t.test('a batch that could not be written is kept, newer times win', async t => {
  const { buffer, batches } = recorder({ fail: 1 })
  buffer.note('a', 1)
  buffer.note('b', 1)
  await buffer.flush()
  t.strictSame(batches, [])
  buffer.note('a', 2)
  await buffer.close()
  t.strictSame(batches, [{ b: 1, a: 2 }].map(sorted))
})

t.test('no second batch within the interval, however many uses', async t => {
  const { buffer, batches } = recorder({ interval: 3_600_000, delay: 0 })
  buffer.note('a', 1)
  await buffer.flush()
  for (let at = 2; at < 1_000; at++) buffer.note('a', at)
  await new Promise(resolve => setTimeout(resolve, 5))
  t.equal(batches.length, 1)
  await buffer.close()
  t.strictSame(batches[1], { a: 999 })
})

function sorted(batch: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(batch).sort())
}
