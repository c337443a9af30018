import t from 'tap'
import { readToken } from '../../src/auth/read-token.ts'

t.test('Bearer in any case, one or more spaces', async t => {
  for (const value of ['Bearer abc', 'bearer abc', 'BEARER abc', 'Bearer   abc']) {
    t.equal(readToken('Authorization', value), 'abc', value)
    t.equal(readToken('authorization', value), 'abc', value)
  }
})

t.test('another header holds the token alone', async t => {
  t.equal(readToken('X-Api-Key', 'abc'), 'abc')
  t.throws(() => readToken('X-Api-Key', 'Bearer abc'), { code: 'invalid_token' })
})

t.test('tokens of real products are taken', async t => {
  for (const token of [
    '1|Xyz',
    'eyJ.eyJ.sig-_',
    'a+b/c==',
    'sk:live~1',
    'a%20b',
    "it's!",
    'user@acme',
    '$2b$',
  ]) {
    t.equal(readToken('Authorization', `Bearer ${token}`), token)
  }
})

t.test('N2: what is no bearer token is refused with what was expected', async t => {
  for (const value of [
    '',
    'abc',
    'Basic YTpi',
    'Bearer',
    'Bearer ',
    'Bearerabc',
    'Bearer\tabc',
    ' Bearer abc',
  ]) {
    t.throws(() => readToken('Authorization', value), { code: 'invalid_token' }, JSON.stringify(value))
  }
  t.throws(() => readToken('Authorization', 'Basic YTpi'), { message: /must read `Bearer`/ })
  t.throws(() => readToken('Authorization', 'Bearer '), { message: /holds no token/ })
})

t.test('an unfilled placeholder is named as such', async t => {
  for (const token of [
    '$\u007bACME_TOKEN}',
    '$\u007benv:TOKEN}',
    '<your-token>',
    '{{token}}',
    'my token',
    '"abc"',
    'a\\b',
  ]) {
    t.throws(() => readToken('Authorization', `Bearer ${token}`), { message: /placeholder/ }, token)
  }
})

t.test('control characters, Unicode and overlong values are refused', async t => {
  for (const token of ['a\nb', 'a\u0000', 'a\u007f', 'é', '\u212aey', 'x'.repeat(4_097)]) {
    t.throws(() => readToken('Authorization', `Bearer ${token}`), { code: 'invalid_token' })
  }
  t.equal(readToken('X-Api-Key', 'x'.repeat(4_096)).length, 4_096)
})

t.test('N7: two values that a proxy joined are ambiguous', async t => {
  for (const value of ['Bearer a, Bearer b', 'Bearer a,b']) {
    t.throws(() => readToken('Authorization', value), { code: 'ambiguous_credentials', status: 400 })
  }
})

t.test('no message repeats the credential', async t => {
  for (const value of ['Basic s3cret', 'Bearer s3cret s3cret', 'Bearer s3cret,s3cret', 'Bearer s3cret{']) {
    try {
      readToken('Authorization', value)
      t.fail(value)
    } catch (error) {
      t.notMatch(String(error) + JSON.stringify(error), 's3cret')
    }
  }
})
