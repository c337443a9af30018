import t from 'tap'
import { LineQueue } from '../../src/audit/line-queue.ts'

t.test('gives back what was added, in order, in bytes', async t => {
  const queue = new LineQueue()
  t.equal(queue.take().length, 0)
  const lines = Array.from({ length: 3_000 }, (_, index) => `${index} ü–😀 ${'x'.repeat(index % 211)}`)
  lines.push('y'.repeat(300_000))
  for (const line of lines) queue.add(line)
  const text = lines.map(line => `${line}\n`).join('')
  t.equal(queue.bytes, Buffer.byteLength(text))
  t.equal(queue.take().toString(), text)
  t.equal(queue.bytes, 0)
})

t.test('what is put back comes first', async t => {
  const queue = new LineQueue()
  queue.add('a')
  const taken = queue.take()
  queue.add('b')
  queue.putBack(taken)
  queue.putBack(Buffer.alloc(0))
  t.equal(queue.bytes, 4)
  queue.add('c')
  t.equal(queue.take().toString(), 'a\nb\nc\n')
})
