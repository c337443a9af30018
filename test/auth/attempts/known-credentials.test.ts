import t from 'tap'
import { createKnownCredentials } from '../../../src/auth/attempts/known-credentials.ts'
import type { Principal } from '../../../src/auth/principal.ts'

const principal = (): Principal => Object.freeze({ scheme: 'bearer' }) as Principal
const credential = (token: string) => new Map([['authorization', `Bearer ${token}`]])

t.test('good is good from the same address alone', async t => {
  const known = createKnownCredentials()
  known.noteGood(principal(), () => credential('x'), '192.0.2.1')
  t.ok(known.isGood(credential('x'), '192.0.2.1'))
  t.notOk(known.isGood(credential('x'), '192.0.2.2'))
  t.notOk(known.isGood(credential('y'), '192.0.2.1'))
  known.noteGood(principal(), () => credential('z'), '2001:db8::1')
  t.ok(known.isGood(credential('z'), '2001:db8::2'), 'of IPv6, from the same /64')
})

t.test('it is looked at once for each address that a caller comes from', async t => {
  const known = createKnownCredentials()
  const who = principal()
  let looks = 0
  const look = () => {
    looks++
    return credential('x')
  }
  for (let i = 0; i < 5; i++) known.noteGood(who, look, '192.0.2.1')
  t.equal(looks, 1)
  known.noteGood(who, look, '192.0.2.2')
  t.equal(looks, 2)
  t.ok(known.isGood(credential('x'), '192.0.2.1'))
})

t.test('what ended is good no more', async t => {
  const known = createKnownCredentials()
  known.noteGood(principal(), () => credential('x'), '192.0.2.1')
  t.equal(known.forgetGood(credential('x'), '192.0.2.1'), true)
  t.equal(known.forgetGood(credential('x'), '192.0.2.1'), false)
  t.notOk(known.isGood(credential('x'), '192.0.2.1'))
})

t.test('bad is bad from everywhere, for an hour', async t => {
  const known = createKnownCredentials()
  known.noteBad(credential('x'), 1_000)
  t.ok(known.isBad(credential('x'), 1_000))
  t.ok(known.isBad(credential('x'), 3_600_999))
  t.notOk(known.isBad(credential('x'), 3_601_000))
  t.notOk(known.isBad(credential('y'), 1_000))
  known.noteBad(credential('y'), 1_000)
  known.forgetBad(credential('y'))
  t.notOk(known.isBad(credential('y'), 1_000))
})

t.test('any number of bad ones pushes out no good one', async t => {
  const known = createKnownCredentials()
  known.noteGood(principal(), () => credential('x'), '192.0.2.1')
  for (let i = 0; i < 10_500; i++) known.noteBad(credential(`bad-${i}`), i)
  t.ok(known.isGood(credential('x'), '192.0.2.1'))
  t.notOk(known.isBad(credential('bad-0'), 0), 'the oldest made room')
})
