import t from 'tap'
import { writeCsv } from '../../src/demo/csv.ts'

t.test('records end with CRLF, and null is empty', async t => {
  t.equal(writeCsv(['a', 'b'], [['x', null]]), 'a,b\r\nx,\r\n')
  t.equal(writeCsv(['a'], []), 'a\r\n')
})

t.test('only text that needs quotes gets them', async t => {
  const row = (value: string) => writeCsv(['h'], [[value]]).slice(3, -2)
  t.equal(row('plain text'), 'plain text')
  t.equal(row('a,b'), '"a,b"')
  t.equal(row('say "hi"'), '"say ""hi"""')
  t.equal(row('two\nlines'), '"two\nlines"')
})

t.test('a spreadsheet does not run text as a formula, but numbers stay numbers', async t => {
  for (const start of ['=', '+', '-', '@', '\t', '\r']) {
    const written = writeCsv(['h'], [[`${start}1+1`]]).slice(3)
    t.match(written, /^"?'/, JSON.stringify(start))
  }
  t.equal(writeCsv(['h'], [[{ number: '-12.50' }]]), 'h\r\n-12.50\r\n')
})
