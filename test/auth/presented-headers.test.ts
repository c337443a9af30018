import t from 'tap'
import { createHeaderReader } from '../../src/auth/presented-headers.ts'

const read = createHeaderReader(['Email', 'Token', 'X-Api-Key'])

t.test('picks credential headers, names in lower case', async t => {
  const raw = ['Host', 'x', 'EMAIL', 'a@b', 'accept', '*/*', 'ToKeN', 't', 'Authorization', 'Bearer x']
  t.strictSame(
    [...read(raw)],
    [
      ['email', 'a@b'],
      ['token', 't'],
      ['authorization', 'Bearer x'],
    ],
  )
  t.equal(read(['Host', 'x']).size, 0)
  t.equal(read([]).size, 0)
})

t.test('Authorization counts even where no scheme reads it', async t => {
  t.equal(createHeaderReader([])(['authorization', 'x']).size, 1)
})

t.test('N7: the same header twice is ambiguous, in any case, with equal values too', async t => {
  for (const raw of [
    ['Authorization', 'Bearer a', 'authorization', 'Bearer b'],
    ['Authorization', 'Bearer a', 'Authorization', 'Bearer a'],
    ['Token', 'a', 'TOKEN', 'b'],
    ['X-Api-Key', '', 'x-api-key', 'b'],
  ]) {
    t.throws(() => read(raw), { code: 'ambiguous_credentials', status: 400 }, raw.join())
  }
})
