import { closeSync, openSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { readFileEnd } from '../../src/audit/file-end.ts'

const chained = (seq: number, size = 10) =>
  `{"x":"${'x'.repeat(size)}","chain":"0123456789abcdef","seq":${seq},"hash":"${'a'.repeat(64)}"}\n`

t.test('the last whole line in a chain, and what broke off after it', async t => {
  const path = join(t.testdir(), 'audit.log')
  const end = (content: string) => {
    writeFileSync(path, content)
    const fd = openSync(path, 'r')
    try {
      const { last, torn } = readFileEnd(fd)
      return [last?.seq, torn]
    } finally {
      closeSync(fd)
    }
  }
  t.same(end(''), [undefined, 0])
  t.same(end('\n'), [undefined, 0])
  t.same(end('{"ti'), [undefined, 4])
  t.same(end('{}\n{"ti'), [undefined, 4], 'lines without a chain')
  t.same(end(chained(0)), [0, 0])
  t.same(end(chained(0) + chained(1)), [1, 0])
  t.same(end(`${chained(0)}{"ti`), [0, 4])
  t.same(end(`${chained(0)}{"ti\n{"t`), [0, 8], 'broken off twice')
  t.same(end(chained(0) + chained(1).slice(0, -1)), [0, chained(1).length - 1], 'only the newline is missing')
  for (const size of [16_000, 16_384, 100_000, 3_000_000]) {
    t.same(end(chained(0) + chained(1, size)), [1, 0], `a line of ${size}`)
    t.same(end(`${chained(0, size)}${'y'.repeat(size)}`), [0, size], `torn after ${size}`)
  }
  t.same(end(`${chained(0)}${'y'.repeat(5_000_000)}\n`)[0], undefined, 'no further than a bound')
})
