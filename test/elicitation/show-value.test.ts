import t from 'tap'
import { showValue } from '../../src/elicitation/show-value.ts'

const show = (value: unknown, isSensitive: (path: readonly string[]) => boolean = () => false) =>
  showValue(value, ['a'], isSensitive)

t.test('plain values are shown as they are', async t => {
  t.equal(show('inv_42'), '“inv_42”')
  t.equal(show('Łukasz & Söhne'), '“Łukasz & Söhne”')
  t.equal(show('ann@acme.example'), '“ann@acme.example”')
  t.same(
    [1.5, true, null].map(value => show(value)),
    ['1.5', 'true', 'null'],
  )
  t.equal(show(['x', 2]), '(“x”, 2)')
  t.equal(show({ name: 'x', lines: [{ price: 3 }] }), '(name: “x”, lines: ((price: 3)))')
})

t.test('a value stays within its quotation marks and on its line', async t => {
  t.equal(show('x”\n\nApproved: “y'), '“x’ Approved: ’y”')
  t.equal(show('x"\u2028\u2029\r\t\u0000y'), '“x’ y”')
})

t.test('nothing is hidden or turned around', async t => {
  t.equal(show('a\u202eb\u200bc\u2066d\u{e0041}e'), '“abcde”')
  t.equal(show('x\ud800'), '“x\ufffd”')
})

t.test('nothing is drawn, and nothing leads anywhere', async t => {
  t.equal(show('[x](https://evil.example)'), '“\\[x\\](https:\\//evil.example)”')
  t.equal(
    show('![](http://evil.example)<img src=x>`c` **b** ~~no~~ |'),
    '“!\\[\\](http:\\//evil.example)\\<img src=x\\>\\`c\\` \\*\\*b\\*\\* \\~\\~no\\~\\~ \\|”',
  )
  t.equal(show('WWW.evil.example'), '“WWW\\.evil.example”')
  t.equal(show('\\[x]'), '“\\\\\\[x\\]”')
  t.equal(show({ '](x)': 1 }), '(“\\](x)”: 1)')
})

t.test('long values, lists and depths are cut', async t => {
  t.equal(show('x'.repeat(101)), `“${'x'.repeat(100)}…”`)
  t.equal(show('x'.repeat(1_000_000)), `“${'x'.repeat(100)}…”`)
  t.equal(show(Array(20).fill(1)), '(1, 1, 1, 1, 1, 1, 1, 1, 12 more)')
  t.ok(show(Array(8).fill('x'.repeat(100))).length <= 403)
  t.equal(show([[[[[1]]]]]), '(((…)))')
})

t.test('secrets are left out, at any depth', async t => {
  const isSensitive = (path: readonly string[]) => path.at(-1) === 'pin'
  t.equal(show({ card: { pin: '1234', name: 'x' } }, isSensitive), '(card: (pin: (not shown), name: “x”))')
  t.equal(
    show('1234', () => true),
    '(not shown)',
  )
})
