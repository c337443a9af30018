import t from 'tap'
import { plainText } from '../../../src/catalogue/naming/plain-text.ts'

t.test('markup, invisible characters and white space leave', async t => {
  t.equal(
    plainText('<p>Lists **all** [invoices](https://x.example/a).</p>\n\n# Note\r\n\tx', 99),
    'Lists all invoices . Note x'.replace(' .', '.'),
  )
  t.equal(plainText('a\u200bb\u202ec\u{e0041}d\u0007e', 99), 'abcd e')
  t.equal(plainText('x < 3 and y > 2', 99), 'x < 3 and y > 2')
  t.equal(plainText(undefined, 99), '')
  t.equal(plainText({ a: 1 }, 99), '')
})

t.test('long texts are cut at a word', async t => {
  t.equal(plainText('one two three', 10), 'one two…')
  t.ok(plainText('x'.repeat(100_000), 50).length <= 50)
  t.ok(plainText('<'.repeat(100_000), 1_024).length <= 1_024)
})
