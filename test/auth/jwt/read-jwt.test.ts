import t from 'tap'
import { readJwt } from '../../../src/auth/jwt/read-jwt.ts'
import { encode } from './issuer.ts'

const HEADER = encode('{"alg":"ES256"}')
const CLAIMS = encode('{"sub":"ada"}')

t.test('header, claims and what is signed, whatever the signature is worth', async t => {
  for (const signature of ['', 'AAAA']) {
    t.strictSame(readJwt(`${HEADER}.${CLAIMS}.${signature}`), {
      header: { alg: 'ES256' },
      claims: { sub: 'ada' },
      signed: `${HEADER}.${CLAIMS}`,
    })
  }
})

t.test('what is no JWT', async t => {
  const bytes = (...values: number[]) => Buffer.from(values).toString('base64url')
  const quote = 0x22
  for (const [title, token] of [
    ['opaque', 'acme_pat_abc'],
    ['two parts', `${HEADER}.${CLAIMS}`],
    ['four parts', `${HEADER}.${CLAIMS}.AAAA.AAAA`],
    ['no header', `.${CLAIMS}.AAAA`],
    ['no claims', `${HEADER}..AAAA`],
    ['no algorithm', `${encode('{}')}.${CLAIMS}.AAAA`],
    ['an algorithm that is no text', `${encode('{"alg":1}')}.${CLAIMS}.AAAA`],
    ['encrypted', `${encode('{"alg":"dir","enc":"A256GCM"}')}.${CLAIMS}.AAAA`],
    ['a list of claims', `${HEADER}.${encode('[]')}.AAAA`],
    ['no claims but null', `${HEADER}.${encode('null')}.AAAA`],
    ['a token inside', `${HEADER}.${encode(`"${HEADER}.${CLAIMS}.AAAA"`)}.AAAA`],
    ['padding', `${HEADER}.${CLAIMS}.AA==`],
    ['plain base64', `${HEADER}.${CLAIMS}.A+/A`],
    ['bits to spare', `${HEADER}.${CLAIMS}.AB`],
    ['a lone character', `${HEADER}.${CLAIMS}.AAAAA`],
    ['a byte order mark', `${HEADER}.${encode('\ufeff{}')}.AAAA`],
    ['no UTF-8', `${HEADER}.${bytes(0x7b, quote, 0xff, quote, 0x3a, 0x31, 0x7d)}.AAAA`],
    [
      'an overlong UTF-8 sequence',
      `${HEADER}.${bytes(0x7b, quote, 0xc1, 0xa1, quote, 0x3a, 0x31, 0x7d)}.AAAA`,
    ],
    ['a line break', `${HEADER}.${CLAIMS}.AAAA\n`],
    ['a member twice', `${HEADER}.${encode('{"sub":"a","sub":"b"}')}.AAAA`],
  ] as const) {
    t.equal(readJwt(token), undefined, title)
  }
})
