import t from 'tap'
import { checkClaims } from '../../../src/auth/jwt/check-claims.ts'
import { AUDIENCE, goodClaims, NOW } from './issuer.ts'

const ISSUER = 'https://id.acme.example'
const RULES = { issuer: ISSUER, audience: AUDIENCE, clockSkew: 30_000 }

function check(claims: object, rules: object = {}, now = NOW * 1_000) {
  const jwt = { header: {}, claims: { ...goodClaims(ISSUER), ...claims }, signed: '' }
  return checkClaims(jwt, { ...RULES, ...rules }, now)
}

t.test('a good token, and when it ends', async t => {
  t.equal(check({}), (NOW + 630) * 1_000)
  t.equal(check({ exp: NOW + 0.5 }), NOW * 1_000 + 30_500, 'fractions of a second count')
})

t.test('the issuer is compared to the letter', async t => {
  for (const iss of [
    `${ISSUER}/`,
    ISSUER.toUpperCase(),
    'https://id.acme.example.evil',
    undefined,
    [ISSUER],
    '',
  ]) {
    t.throws(() => check({ iss }), { code: 'invalid_token', message: /another issuer/ }, String(iss))
  }
})

t.test('maxAge ends a token before its exp, and needs iat', async t => {
  const rules = { maxAge: 120_000 }
  t.equal(check({ iat: NOW - 60 }, rules), (NOW + 60 + 30) * 1_000)
  t.equal(check({ iat: NOW - 149 }, rules), (NOW + 1) * 1_000)
  t.throws(() => check({ iat: NOW - 150 }, rules), { message: /too long ago/ })
  t.throws(() => check({ iat: undefined }, rules), { message: /does not say when/ })
  t.equal(check({ exp: NOW + 1, iat: NOW }, rules), (NOW + 31) * 1_000, 'exp counts too')
})

t.test('without a skew the clock is taken at its word', async t => {
  const rules = { clockSkew: 0 }
  t.throws(() => check({ exp: NOW }, rules), { message: /expired/ })
  t.equal(check({ exp: NOW + 1, nbf: NOW, iat: NOW }, rules), (NOW + 1) * 1_000)
  t.throws(() => check({ nbf: NOW + 1 }, rules), { message: /not valid yet/ })
  t.throws(() => check({ iat: NOW + 1 }, rules), { message: /in the future/ })
})

t.test('times that are none', async t => {
  for (const name of ['exp', 'nbf', 'iat']) {
    for (const value of [null, '1', true, [], {}, -1, Number.NaN, Number.POSITIVE_INFINITY, 1e15]) {
      t.throws(
        () => check({ [name]: value }),
        { code: 'invalid_token', message: /is no time/ },
        `${name} ${value}`,
      )
    }
  }
})
