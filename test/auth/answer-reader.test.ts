import t from 'tap'
import { type AnswerPlaces, createAnswerReader } from '../../src/auth/answer-reader.ts'
import { VERIFY } from './fixtures.ts'

const readAnswer = (body: unknown, places: AnswerPlaces) => createAnswerReader(places)(body)
const UNREADABLE = { code: 'upstream_unavailable', status: 503 }
const full = {
  id: 'ada',
  email: 'ada@acme.example',
  organization: { id: 42 },
  token: { scopes: ['read:invoices', 'write:*'] },
  roles: 'admin  accountant',
}

t.test('dotted paths; lists and strings with spaces; numbers as ids', async t => {
  t.strictSame(readAnswer(full, { ...VERIFY, identity: 'email' }), {
    subject: 'ada',
    organization: '42',
    roles: ['admin', 'accountant'],
    scopes: ['read:invoices', 'write:*'],
    identity: 'ada@acme.example',
  })
})

t.test('granted scopes come first, once each', async t => {
  const { scopes } = readAnswer(full, { ...VERIFY, grant: ['write:*', 'x'] })
  t.strictSame(scopes, ['write:*', 'x', 'read:invoices'])
})

t.test('organisation, scopes and roles may be missing or null', async t => {
  const nobody = { subject: '7', organization: undefined, roles: [], scopes: [], identity: undefined }
  t.strictSame(readAnswer({ id: 7 }, VERIFY), nobody)
  t.strictSame(
    readAnswer({ id: 7, organization: null, token: { scopes: null }, roles: null }, VERIFY),
    nobody,
  )
})

t.test('an answer without a usable subject accepts nobody', async t => {
  const bodies: unknown[] = [
    undefined,
    null,
    'ada',
    7,
    [],
    {},
    { id: '' },
    { id: '  ' },
    { id: null },
    { id: true },
  ]
  bodies.push(
    { id: {} },
    { id: ['ada'] },
    { id: 1.5 },
    { id: 2 ** 53 },
    { id: 'a\nb' },
    { id: 'x'.repeat(257) },
  )
  bodies.push({ id: Number.NaN }, Object.create({ id: 'ada' }))
  for (const body of bodies) t.throws(() => readAnswer(body, VERIFY), UNREADABLE, JSON.stringify(body))
})

t.test('inherited members are no answer', async t => {
  for (const subject of ['constructor', '__proto__', 'constructor.name', 'toString', 'id.length']) {
    t.throws(() => readAnswer({ id: 'ada' }, { ...VERIFY, subject }), UNREADABLE, subject)
  }
})

t.test('a member of another type than expected accepts nobody', async t => {
  for (const change of [
    { organization: { id: {} } },
    { organization: { id: true } },
    { token: { scopes: { '*': true } } },
    { token: { scopes: 7 } },
    { token: { scopes: ['read:*', 7] } },
    { token: { scopes: [['*']] } },
    { token: { scopes: Array.from({ length: 1_001 }, () => 'x') } },
    { roles: [null] },
  ]) {
    t.throws(
      () => readAnswer({ ...full, ...change }, VERIFY),
      UNREADABLE,
      JSON.stringify(change).slice(0, 60),
    )
  }
})

t.test('a configured identity must be there', async t => {
  t.throws(() => readAnswer({ id: 'ada' }, { ...VERIFY, identity: 'email' }), UNREADABLE)
})
