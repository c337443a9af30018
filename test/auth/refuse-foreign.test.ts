import t from 'tap'
import type { Principal, SchemeType } from '../../src/auth/principal.ts'
import { createForeignRefusal } from '../../src/auth/refuse-foreign.ts'

const PRINCIPAL: Principal = {
  subject: 'ada',
  organization: undefined,
  roles: [],
  scopes: [],
  scheme: 'jwt',
  schemeIndex: 0,
  credentialId: 'jti_1',
  expiresAt: undefined,
  client: undefined,
  sequence: undefined,
  issuedAt: undefined,
  restsOn: [],
  audience: undefined,
}

let asked = 0
const pathOf = (audience: string) => {
  asked++
  return /^https:\/\/gateway\.example(\/[a-z]+)$/.exec(audience)?.[1]
}

function isTaken(
  path: string | undefined,
  scheme: SchemeType,
  audience: readonly string[] | undefined,
): boolean {
  try {
    createForeignRefusal(path, { pathOf })({ ...PRINCIPAL, scheme, audience })
    return true
  } catch (error) {
    t.match(error, { code: 'invalid_token', status: 401, data: { reason: 'audience' } })
    return false
  }
}

const A = 'https://gateway.example/a'
const B = 'https://gateway.example/b'

t.test('a token that names endpoints is good at these', async t => {
  for (const scheme of ['jwt', 'oauth'] as const) {
    t.ok(isTaken('/a', scheme, [A]))
    t.notOk(isTaken('/b', scheme, [A]))
    t.ok(isTaken('/b', scheme, [A, B]))
    t.notOk(isTaken('/ab', scheme, [A]))
    t.notOk(isTaken(undefined, scheme, [A]))
  }
})

t.test('a JWT that names none is good wherever it signs in; an access token is not', async t => {
  t.ok(isTaken('/a', 'jwt', ['api://acme']))
  t.ok(isTaken(undefined, 'jwt', ['api://acme']))
  t.notOk(isTaken('/b', 'jwt', ['api://acme', A]), 'it names another one')
  t.notOk(isTaken('/a', 'oauth', ['api://acme']))
  t.notOk(isTaken('/a', 'oauth', []))
})

t.test('what has no audience is not judged', async t => {
  t.ok(isTaken('/a', 'token', undefined))
  t.ok(isTaken(undefined, 'bearer', undefined))
})

t.test('a caller is judged once', async t => {
  const refuse = createForeignRefusal('/a', { pathOf })
  const principal = { ...PRINCIPAL, audience: [A] }
  refuse(principal)
  const before = asked
  refuse(principal)
  t.equal(asked, before)
  const foreign = { ...PRINCIPAL, audience: [B] }
  t.throws(() => refuse(foreign))
  t.throws(() => refuse(foreign), 'and stays refused')
})
