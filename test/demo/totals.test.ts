import fc from 'fast-check'
import t from 'tap'
import { lineNet, totalsOf } from '../../src/demo/totals.ts'

t.test('a line is quantity times price, rounded half up', async t => {
  t.equal(lineNet({ quantity: 7_500, unit_price: 4_200, vat_rate: 0 }), 31_500)
  t.equal(lineNet({ quantity: 500, unit_price: 1, vat_rate: 0 }), 1, '0.5 becomes 1')
  t.equal(lineNet({ quantity: 499, unit_price: 1, vat_rate: 0 }), 0)
})

t.test('VAT is rounded once per rate and not per line', async t => {
  const line = { quantity: 1_000, unit_price: 3, vat_rate: 2_100 }
  t.same(totalsOf([line, line, line]), {
    net: 9,
    vat: 2,
    gross: 11,
    rates: [{ vat_rate: 2_100, net: 9, vat: 2 }],
  })
})

t.test('rates come lowest first, and one of zero is shown', async t => {
  const { rates, vat } = totalsOf([
    { quantity: 1_000, unit_price: 1_000, vat_rate: 2_100 },
    { quantity: 1_000, unit_price: 500, vat_rate: 0 },
    { quantity: 1_000, unit_price: 1_000, vat_rate: 900 },
  ])
  t.same(
    rates.map(rate => [rate.vat_rate, rate.vat]),
    [
      [0, 0],
      [900, 90],
      [2_100, 210],
    ],
  )
  t.equal(vat, 300)
})

t.test('the largest invoice that is taken is still exact', async t => {
  const largest = { quantity: 100_000_000, unit_price: 100_000_000, vat_rate: 10_000 }
  const { net, gross } = totalsOf(Array.from({ length: 100 }, () => largest))
  t.equal(net, 1e15)
  t.ok(Number.isSafeInteger(gross))
})

t.test('totals are safe integers that add up, whatever the lines', async () => {
  const line = fc.record({
    quantity: fc.integer({ min: 1, max: 100_000_000 }),
    unit_price: fc.integer({ min: 0, max: 100_000_000 }),
    vat_rate: fc.integer({ min: 0, max: 10_000 }),
  })
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 20 }), lines => {
      const totals = totalsOf(lines)
      const net = lines.reduce((sum, one) => sum + lineNet(one), 0)
      return (
        totals.net === net &&
        totals.gross === totals.net + totals.vat &&
        totals.rates.reduce((sum, rate) => sum + rate.vat, 0) === totals.vat &&
        Number.isSafeInteger(totals.gross)
      )
    }),
    { numRuns: 300 },
  )
})
