import t from 'tap'
import { retryAfter } from '../../src/auth/retry-after.ts'

const NOW = Date.UTC(2026, 0, 1)

t.test('seconds and dates are handed on as seconds, within bounds', async t => {
  t.equal(retryAfter('30', NOW), '30')
  t.equal(retryAfter(' 7 ', NOW), '7')
  t.equal(retryAfter('Thu, 01 Jan 2026 00:00:42 GMT', NOW), '42')
  t.equal(retryAfter('0', NOW), '1')
  t.equal(retryAfter('Thu, 01 Jan 2020 00:00:00 GMT', NOW), '1')
  t.equal(retryAfter('999999999', NOW), '3600')
})

t.test('what says nothing becomes the usual time', async t => {
  for (const value of [undefined, '', 'soon', '1e9', '5\r\nSet-Cookie: x', '99999999999999']) {
    t.equal(retryAfter(value, NOW), '5', String(value))
  }
})
