import fc from 'fast-check'
import t from 'tap'
import { createRecordParser } from '../../src/result/parse-records.ts'

const LINE_END = /\r\n|\n|\r/

t.test('records come out whole, however the bytes are cut', async t => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('{"é":1}', 'ü', '🙂', '\n', '\r\n', '\r', ' ', '[1]', ''), { maxLength: 30 }),
      fc.array(fc.nat(6), { minLength: 1, maxLength: 40 }),
      (parts, cuts) => {
        const bytes = Buffer.from(parts.join(''))
        const take = createRecordParser(LINE_END, undefined, 1000)
        const records: string[] = []
        for (let at = 0, i = 0; at < bytes.length; i++) {
          const end = at + 1 + (cuts[i % cuts.length] ?? 0)
          records.push(...take(bytes.subarray(at, end)))
          at = end
        }
        const whole = bytes.toString().split(LINE_END).slice(0, -1)
        t.strictSame(
          records,
          whole.map(line => line.trim()).filter(line => line !== ''),
        )
      },
    ),
    { numRuns: 200 },
  )
})

t.test('other separators and charsets', async t => {
  const sequence = createRecordParser('\u001e', undefined, 100)
  t.strictSame(sequence(Buffer.from('\u001e{"a":\n1}\n\u001e{"b"')), ['{"a":\n1}'])
  t.strictSame(sequence(Buffer.from(':2}\n\u001e')), ['{"b":2}'])
  const latin = createRecordParser(LINE_END, 'iso-8859-1', 100)
  t.strictSame(latin(Buffer.from('"é"\n', 'latin1')), ['"é"'])
  const unknown = createRecordParser(LINE_END, 'klingon', 100)
  t.strictSame(unknown(Buffer.from('"é"\n')), ['"é"'])
})

t.test('a record that is too large is refused, however it comes', async t => {
  const take = createRecordParser(LINE_END, undefined, 100)
  t.strictSame(take(Buffer.from(`${'x'.repeat(100)}`)), [])
  t.throws(() => take(Buffer.from('x')), /larger than 100/)
})
