import t from 'tap'
import { CURRENCIES, formatAmount } from '../../src/demo/money.ts'

t.test('minor units become a decimal number with the currency’s places', async t => {
  t.equal(formatAmount(123_450, 'EUR'), '1234.50')
  t.equal(formatAmount(5, 'EUR'), '0.05')
  t.equal(formatAmount(0, 'EUR'), '0.00')
  t.equal(formatAmount(500, 'JPY'), '500')
  t.equal(formatAmount(0, 'JPY'), '0')
  t.equal(formatAmount(-1_205, 'GBP'), '-12.05')
})

t.test('digits are grouped where that is asked for', async t => {
  t.equal(formatAmount(123_456_789, 'EUR', ','), '1,234,567.89')
  t.equal(formatAmount(99_999, 'EUR', ','), '999.99')
  t.equal(formatAmount(1_000_000, 'JPY', ','), '1,000,000')
})

t.test('every currency can be written', async t => {
  for (const currency of CURRENCIES) t.match(formatAmount(1, currency), /^(0\.01|1)$/)
})
