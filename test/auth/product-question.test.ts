import t from 'tap'
import { compileQuestion } from '../../src/auth/product-question.ts'

const BEARER = { headers: { authorization: 'Bearer x1|"é&=' }, token: 'x1|"é&=', claimed: undefined }
const PAIR = { headers: { email: 'ada@acme.example', token: 's3cret' }, claimed: 'ada@acme.example' }

t.test('as presented by default', async t => {
  t.same(compileQuestion({})(BEARER), { headers: BEARER.headers, body: undefined })
})

t.test('mapped headers replace those presented; constants go along', async t => {
  const question = compileQuestion({
    headers: {
      'X-Api-Key': { presented: 'token' },
      Authorization: { presented: 'Token', prefix: 'Token ' },
      'X-As-Is': { presented: 'authorization' },
      'X-Gateway': 'constant',
    },
  })
  t.same(question(BEARER).headers, {
    'x-api-key': BEARER.token,
    authorization: `Token ${BEARER.token}`,
    'x-as-is': `Bearer ${BEARER.token}`,
    'x-gateway': 'constant',
  })
})

t.test('the parts of a pair by the names of its headers, one of which may be Token', async t => {
  const question = compileQuestion({
    headers: { 'X-User': { presented: 'Email' }, 'X-Key': { presented: 'TOKEN' } },
  })
  t.same(question(PAIR).headers, { 'x-user': 'ada@acme.example', 'x-key': 's3cret' })
})

t.test('a value that looks like JSON or a form stays one value', async t => {
  const hostile = { ...BEARER, token: '","admin":true,"x":"&kind=admin#%00' }
  const json = compileQuestion({
    body: {
      json: { key: { presented: 'token' }, list: [{ presented: 'token', prefix: 'a' }], n: 1, none: null },
    },
  })(hostile)
  t.equal(json.headers['content-type'], 'application/json')
  t.same(JSON.parse(json.body ?? ''), { key: hostile.token, list: [`a${hostile.token}`], n: 1, none: null })
  const form = compileQuestion({ body: { form: { key: { presented: 'token' }, kind: 'api' } } })(hostile)
  t.equal(form.headers['content-type'], 'application/x-www-form-urlencoded')
  t.same(
    [...new URLSearchParams(form.body)],
    [
      ['key', hostile.token],
      ['kind', 'api'],
    ],
  )
})

t.test('a member named __proto__ is a member', async t => {
  const json: unknown = JSON.parse('{"__proto__":{"presented":"token"}}')
  const body = { json: json as Record<string, unknown> }
  t.equal(compileQuestion({ body })(PAIR).body, '{"__proto__":"s3cret"}')
})

t.test('a part that was not presented is no empty text', async t => {
  t.throws(() => compileQuestion({ headers: { A: { presented: 'nothing' } } })(PAIR))
  t.throws(() => compileQuestion({ headers: { A: { presented: 'toString' } } })(PAIR))
})
