import t from 'tap'
import { readClaims } from '../../../src/auth/jwt/read-claims.ts'

const NAMES = { subject: 'sub', scopes: 'scope' }
const CLAIMS = { sub: 'ada', scope: 'a b' }

t.test('the usual claims', async t => {
  t.strictSame(readClaims({ ...CLAIMS, jti: 'x' }, NAMES), {
    subject: 'ada',
    organization: undefined,
    roles: [],
    scopes: ['a', 'b'],
    jti: 'x',
    client: undefined,
    iat: undefined,
  })
})

t.test('claims inside others, and names with dots', async t => {
  const claims = {
    ...CLAIMS,
    realm_access: { roles: ['admin', 'user'] },
    'https://acme.example/org': { id: 7 },
    'https://acme.example/scopes': ['read:*'],
    'a.b': 'whole',
    a: { b: 'inside' },
  }
  const names = {
    subject: 'a.b',
    organization: 'https://acme.example/org.id',
    roles: 'realm_access.roles',
    scopes: 'https://acme.example/scopes',
  }
  t.match(readClaims(claims, names), { subject: 'whole', roles: ['admin', 'user'], scopes: ['read:*'] })
  t.equal(readClaims({ ...CLAIMS, org: { id: 7 } }, { ...NAMES, organization: 'org.id' }).organization, '7')
})

t.test('scopes of every caller come first, and none comes twice', async t => {
  const names = { ...NAMES, grant: ['b', 'c'] }
  t.strictSame(readClaims({ ...CLAIMS, scope: ['a', 'b', 'a'] }, names).scopes, ['b', 'c', 'a'])
})

t.test('a subject that can’t be read is refused', async t => {
  for (const sub of [
    undefined,
    null,
    '',
    ' ',
    {},
    [],
    true,
    1.5,
    2 ** 60,
    'a\u0000',
    'a\ud800',
    'x'.repeat(257),
  ]) {
    t.throws(() => readClaims({ ...CLAIMS, sub }, NAMES), { code: 'invalid_token' }, String(sub))
  }
})

t.test('what may be missing may not be of another form', async t => {
  const names = { ...NAMES, organization: 'org', roles: 'roles' }
  t.match(readClaims({ ...CLAIMS, org: null, roles: null }, names), { organization: undefined, roles: [] })
  for (const claims of [{ org: {} }, { org: ['a'] }, { roles: { a: 1 } }, { roles: [1] }, { roles: [''] }]) {
    t.throws(
      () => readClaims({ ...CLAIMS, ...claims }, names),
      { code: 'invalid_token' },
      JSON.stringify(claims),
    )
  }
  t.throws(() => readClaims({ ...CLAIMS, roles: Array(1_001).fill('a') }, names), { code: 'invalid_token' })
})

t.test('only own members count', async t => {
  for (const subject of ['constructor.name', '__proto__', 'toString', 'sub.length', 'a.constructor']) {
    t.throws(
      () => readClaims({ ...CLAIMS, a: {} }, { ...NAMES, subject }),
      { code: 'invalid_token' },
      subject,
    )
  }
})

t.test('a jti that is no plain text is not used', async t => {
  for (const jti of [1, '', 'a\nb', 'x'.repeat(257), ['a'], null]) {
    t.equal(readClaims({ ...CLAIMS, jti }, NAMES).jti, undefined)
  }
})
