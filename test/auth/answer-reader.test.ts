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

t.test('JMESPath finds what a dotted path can’t', async t => {
  const body = {
    data: [
      { current: false, user: { id: 'bob' } },
      {
        current: true,
        user: { id: 'ada', tenant: 'acme', memberships: [{ role: 'admin' }, { role: 'viewer' }] },
      },
    ],
    permissions: { invoices: 'read', contacts: 'write' },
  }
  t.strictSame(
    readAnswer(body, {
      subject: 'data[?current]|[0].user.id',
      organization: 'data[?current]|[0].user.tenant',
      roles: 'data[?current]|[0].user.memberships[].role',
      scopes: "items(permissions)[*].join(':', reverse(@))",
    }),
    {
      subject: 'ada',
      organization: 'acme',
      identity: undefined,
      roles: ['admin', 'viewer'],
      scopes: ['read:invoices', 'write:contacts'],
    },
  )
})

t.test('what an expression yields is held to the same as what a path finds', async t => {
  const body = { list: ['ada', 'bob'], user: { id: 'ada' }, big: 12, text: 'a\nb', flags: [true], empty: '' }
  for (const subject of [
    'list[]',
    '@',
    'user.*',
    '"text"',
    'flags[0]',
    '"empty"',
    'missing[0]',
    '[user.id]',
    'length(missing)',
    'list[0].length',
    'list.length || @.list.concat',
  ]) {
    t.throws(() => readAnswer(body, { subject }), UNREADABLE, subject)
  }
  for (const roles of ['flags[]', 'list[].{a: @}', 'user.[id, @]', 'sum(list)']) {
    t.throws(() => readAnswer(body, { subject: 'user.id', roles }), UNREADABLE, roles)
  }
  t.strictSame(readAnswer(body, { subject: 'user.id', roles: 'missing[].name' }).roles, [])
})

t.test('an expression reaches nothing inherited', async t => {
  for (const subject of [
    '@.constructor.name',
    '"__proto__".constructor.name',
    '[constructor.name][0]',
    'a.b||toString.name',
  ]) {
    t.throws(() => readAnswer({ a: {} }, { subject }), UNREADABLE, subject)
  }
})

t.test('an id that has lost digits is nobody’s, also as a text', async t => {
  const body: unknown = JSON.parse('{"user":{"id":9007199254740993},"other":{"id":7}}')
  for (const subject of [
    'to_string(user.id)',
    '[user][0].id',
    "join('-', [to_string(user.id)])",
    'to_string(user)',
  ]) {
    t.throws(() => readAnswer(body, { subject }), UNREADABLE, subject)
  }
  t.equal(readAnswer(body, { subject: 'to_string(other.id)' }).subject, '7', 'beside others that have not')
})

t.test('an expression that fails does not say what it failed over', async t => {
  const body = { id: { secret: 'pa55' } }
  try {
    readAnswer(body, { subject: 'join(id, id)' })
    t.fail()
  } catch (error) {
    t.notMatch(`${(error as Error & { detail?: string }).detail} ${String((error as Error).cause)}`, 'pa55')
  }
})
