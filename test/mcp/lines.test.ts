import t from 'tap'
import { PosternError } from '../../src/errors.ts'
import { readLines } from '../../src/mcp/lines.ts'

async function lines(chunks: (Buffer | string)[], limit = 10): Promise<string[]> {
  const found: string[] = []
  const input = (async function* () {
    yield* chunks
  })()
  for await (const line of readLines(input, limit)) {
    found.push(line instanceof PosternError ? `! ${line.code}` : line.toString())
  }
  return found
}

t.test('lines, however the bytes arrive', async t => {
  t.strictSame(await lines(['a\nb\n']), ['a', 'b'])
  t.strictSame(await lines(['a', 'b', '\n', '\n', 'c\nd']), ['ab', 'c', 'd'])
  const bytes = Buffer.from('ü\nß\n')
  t.strictSame(await lines([...bytes].map(byte => Buffer.from([byte]))), ['ü', 'ß'])
  t.strictSame(await lines([]), [])
})

t.test('a line that is too long is reported once and skipped to its end', async t => {
  t.strictSame(await lines(['1234567890\n']), ['1234567890'])
  t.strictSame(await lines(['12345678901\nok\n']), ['! payload_too_large', 'ok'])
  t.strictSame(await lines(['1234567', '8901', '2345', '67\nok']), ['! payload_too_large', 'ok'])
  t.strictSame(await lines(['1'.repeat(100)]), ['! payload_too_large'])
})
