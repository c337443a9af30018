import t from 'tap'
import { isVerifierOf } from '../../../src/oauth/tokens/verify-pkce.ts'

// RFC 7636 appendix B.
const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'

t.test('the example of the RFC', async t => {
  t.ok(isVerifierOf(CHALLENGE, VERIFIER))
  t.notOk(isVerifierOf(CHALLENGE, `${VERIFIER.slice(0, -1)}j`))
  t.notOk(isVerifierOf(`${CHALLENGE.slice(0, -1)}N`, VERIFIER))
})

t.test('never plain', async t => {
  t.notOk(isVerifierOf(VERIFIER, VERIFIER))
  t.notOk(isVerifierOf('', VERIFIER))
  t.notOk(isVerifierOf(CHALLENGE, ''))
})

t.test('43 to 128 unreserved characters', async t => {
  const { createHash } = await import('node:crypto')
  const challengeOf = (text: string) => createHash('sha256').update(text).digest('base64url')
  for (const [verifier, isGood] of [
    ['v'.repeat(42), false],
    ['v'.repeat(43), true],
    ['v'.repeat(128), true],
    ['v'.repeat(129), false],
    [`${'v'.repeat(42)}~`, true],
    [`${'v'.repeat(42)}+`, false],
    [`${'v'.repeat(43)}\n`, false],
    [`${'v'.repeat(42)}é`, false],
  ] as const)
    t.equal(isVerifierOf(challengeOf(verifier), verifier), isGood, JSON.stringify(verifier))
})
