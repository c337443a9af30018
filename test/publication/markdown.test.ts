import fc from 'fast-check'
import t from 'tap'
import { block, code, inline, link } from '../../src/publication/markdown.ts'

t.test('plain words stay as they are, names of tools too', async t => {
  t.equal(inline('Lists invoices, newest first (50 at most).'), 'Lists invoices, newest first (50 at most).')
  t.equal(inline('acme_list_invoices'), 'acme_list_invoices')
  t.equal(block('R&D, 3 * 4'), 'R&D, 3 \\* 4')
  t.equal(block('One.\r\n\r\n\r\nTwo.'), 'One.\n\nTwo.')
})

t.test('what an author marks as code stays code', async t => {
  t.equal(inline('The `next_cursor` of `*`'), 'The `next_cursor` of `*`')
  t.equal(inline('one ` alone'), 'one \\` alone')
  t.equal(block('`a``b` <i>'), '\\`a\\`\\`b\\` \\<i\\>')
})

t.test('no text begins a heading, a list, a rule, a quote, a table or code', async t => {
  for (const line of [
    '# A',
    '###### A',
    '- a',
    '+ a',
    '* a',
    '> a',
    '| a | b |',
    '```js',
    '~~~',
    '---',
    '===',
    '***',
    '___',
  ])
    t.match(block(`before\n${line}`), /^before\n\\/, line)
  t.equal(block('1. a'), '1\\. a')
  t.equal(block('12) a'), '12\\) a')
  t.equal(block('    indented'), 'indented')
  t.equal(block('a\n\tindented'), 'a\nindented')
})

t.test('no text holds a link, an image, HTML or an entity', async t => {
  t.equal(block('[a](https://evil.example)'), '\\[a\\](https\\://evil.example)')
  t.equal(block('![a](x)'), '!\\[a\\](x)')
  t.equal(block('[a]: https://evil.example'), '\\[a\\]: https\\://evil.example')
  t.equal(block('<script>alert(1)</script><!-- x -->'), '\\<script\\>alert(1)\\</script\\>\\<!-- x --\\>')
  t.equal(block('&lt;b&gt; &#35; R&D'), '\\&lt;b\\&gt; \\&#35; R&D')
  t.equal(block('www.evil.example'), 'www\\.evil.example')
  t.equal(block('~~a~~ **b** _c_ \\'), '\\~\\~a\\~\\~ \\*\\*b\\*\\* \\_c\\_ \\\\')
})

t.test('what nobody sees is not in it', async t => {
  t.equal(block('a\u200bb\u202ec\u0007d\u{e0041}'), 'abc d')
  t.equal(code('a\u200b\nb'), 'a b'.replace(/^|$/g, '`'))
})

t.test('code holds whatever it holds', async t => {
  t.equal(code('a'), '`a`')
  t.equal(code('a`b'), '``a`b``')
  t.equal(code('`'), '`` ` ``')
  t.equal(code('```'), '```` ``` ````')
  t.equal(code(''), '` `')
})

t.test('a URL can’t end its link', async t => {
  t.equal(link('a]b', 'https://a.example/(x) <y>'), '[a\\]b](https://a.example/%28x%29%20%3Cy%3E)')
})

const HOSTILE = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '#',
        '`',
        '``',
        '\\',
        '*',
        '_',
        '[',
        ']',
        '(',
        ')',
        '<',
        '>',
        '|',
        '~',
        '&',
        '!',
        '-',
        '=',
        '+',
      ),
      fc.constantFrom('\n', '\n\n', ' ', '\t', '1.', '://', 'www.', 'a', 'b', '\u2028', '\r'),
      fc.string({ maxLength: 4 }),
    ),
    { maxLength: 40 },
  )
  .map(parts => parts.join(''))

t.test(
  'whatever a text holds, all that means something is escaped or in code that ends in its line',
  async () => {
    fc.assert(
      fc.property(HOSTILE, text => {
        for (const line of block(text).split('\n')) {
          // By the rules for code spans and escapes, read from left to right (CommonMark 0.31 sections 2.4 and 6.1).
          const words = withoutCode(line)
          if (words === undefined || /(?<!\\)(?:\\\\)*[`*[\]<>|~]/.test(words)) return false
          if (/^(#|[-+=]|\d{1,9}[.)])/.test(line) || /^\s/.test(line)) return false
          if (/(?<!\\):\/\//.test(words)) return false
        }
        return !inline(text).includes('\n')
      }),
      { numRuns: 2_000 },
    )
  },
)

/** The line with its code spans left out; undefined where a run of backticks has no end. */
function withoutCode(line: string): string | undefined {
  let words = ''
  for (let at = 0; at < line.length; ) {
    if (line[at] === '\\') {
      words += line.slice(at, at + 2)
      at += 2
      continue
    }
    const [run = ''] = /^`*/.exec(line.slice(at)) ?? []
    if (run === '') {
      words += line[at++]
      continue
    }
    const end = new RegExp(`(?<!\`)${run}(?!\`)`).exec(line.slice(at + run.length))
    if (end === null) return undefined
    at += 2 * run.length + end.index
  }
  return words
}
