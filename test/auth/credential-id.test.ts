import fc from 'fast-check'
import t from 'tap'
import { credentialId } from '../../src/auth/credential-id.ts'
import { createKey, encode, signText } from './jwt/issuer.ts'

const SECRET = 'secret'
const idOf = (headers: Record<string, string>) => credentialId(SECRET, headers)
const ofToken = (token: string) => idOf({ authorization: `Bearer ${token}` })

t.test('no other signature of the same JWT makes it another credential', async t => {
  const [header, claims] = ['{"alg":"ES256"}', '{"sub":"ada"}']
  const content = `${encode(header)}.${encode(claims)}`
  const key = createKey('k')
  const one = signText(header, claims, key)
  t.not(signText(header, claims, key), one, 'ECDSA signs anew each time')
  t.equal(ofToken(signText(header, claims, key)), ofToken(one))
  for (const more of ['', '=', '==', 'A', '.', '.x', '!', '~~']) {
    t.equal(ofToken(`${one}${more}`), ofToken(one), more)
  }
  t.equal(ofToken(`${content}.`), ofToken(one))
  const last = one.slice(-1)
  for (const other of ['A', 'B', 'C', 'D', 'g', 'h', 'w', 'x'].filter(letter => letter !== last)) {
    t.equal(ofToken(one.slice(0, -1) + other), ofToken(one), other)
  }
  t.equal(idOf({ authorization: `Token token=${one}` }), idOf({ authorization: `Token token=${one}A` }))
  const foreign = signText(header, '{"sub":"eve"}', key)
  t.not(ofToken(foreign), ofToken(one), 'other content is another one')
})

t.test('no other base64 of the same encrypted token makes it another credential', async t => {
  const parts = [
    encode('{"alg":"dir","enc":"A256GCM"}'),
    '',
    'AAAAAAAAAAAAAAAA',
    'AAAA',
    'AAAAAAAAAAAAAAAAAAAAAA',
  ]
  const token = parts.join('.')
  t.equal(ofToken(`${token.slice(0, -1)}B`), ofToken(token))
  t.equal(ofToken(`${token}==`), ofToken(token))
  t.not(ofToken(parts.with(3, 'BBBB').join('.')), ofToken(token))
})

t.test('no other spelling of a pair for Basic makes it another credential', async t => {
  const basic = (value: string) => idOf({ authorization: value })
  const one = basic(`Basic ${btoa('ada@acme.example:p')}`)
  for (const pair of ['ada@acme.example:p', 'Ada@ACME.example:p']) {
    for (const scheme of ['Basic ', 'basic ', 'BASIC  ']) {
      t.equal(basic(scheme + btoa(pair)), one)
      t.equal(basic(scheme + btoa(pair).replace(/=+$/, '')), one)
    }
  }
  t.not(basic(`Basic ${btoa('bob@acme.example:p')}`), one)
})

t.test('no other spaces, case or header make it another credential', async t => {
  const one = idOf({ authorization: 'Bearer acme_1' })
  for (const value of ['Bearer  acme_1', 'bearer acme_1', 'BEARER ACME_1', 'Bearer \xa0 acme_1']) {
    t.equal(idOf({ authorization: value }), one, value)
  }
  t.equal(idOf({ 'x-api-key': 'acme_1' }), one)
  t.equal(idOf({ authorization: 'Token a' }), idOf({ authorization: 'Token   a' }))
  t.equal(idOf({ email: 'Ada@acme.example', token: 'x' }), idOf({ email: 'ada@acme.example', token: 'X' }))
})

t.test('other tokens, other headers of a group and other secrets have other ids', async t => {
  const token = fc.stringMatching(/^[0-9a-z._|-]{1,40}$/)
  fc.assert(fc.property(token, token, (a, b) => a === b || /^e[wy]/.test(a) || ofToken(a) !== ofToken(b)))
  t.not(idOf({ email: 'a', token: 'b' }), idOf({ email: 'b', token: 'a' }))
  t.not(idOf({ email: 'a', token: 'b' }), idOf({ user: 'a', token: 'b' }))
  t.not(credentialId('other', { authorization: 'Bearer a' }), ofToken('a'))
  t.match(ofToken('a'), /^crd_[\w-]{16}$/)
})
