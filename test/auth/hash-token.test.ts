import t from 'tap'
import { hashToken } from '../../src/auth/hash-token.ts'

t.test('SHA-256 as base64url without padding', async t => {
  // FIPS 180-2, appendix B.1: SHA-256 of "abc".
  const expected = Buffer.from('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad', 'hex')
  t.equal(hashToken('abc'), expected.toString('base64url'))
  t.match(hashToken(''), /^[A-Za-z0-9_-]{43}$/)
  t.not(hashToken('acme_pat_a'), hashToken('acme_pat_b'))
})
