import t from 'tap'
import { missingClaims, readPerson } from '../../../src/oauth/sign-in/claimed-person.ts'
import type { OidcSignIn } from '../../../src/oauth/sign-in/providers.ts'
import { createConfig } from '../authorize/rooms.ts'
import { oauthOf } from '../oauth-config.ts'

function wayOf(changes: object = {}): OidcSignIn {
  const config = { type: 'oidc', issuer: 'https://login.acme.example', clientId: 'postern', ...changes }
  const [way] = oauthOf(createConfig({ oauth: { signIn: [config] } })).signIn
  if (way?.type !== 'oidc') throw new Error('another way')
  return way
}

t.test('a person is who the claims of the configuration say', async t => {
  const way = wayOf({ organization: 'org', roles: 'groups', scopes: 'rights' })
  const claims = {
    sub: '42',
    org: 'org-1',
    groups: ['clerk'],
    rights: 'read:* write:*',
    email: 'ada@acme.example',
  }
  t.same(readPerson(claims, way), {
    subject: '42',
    organization: 'org-1',
    roles: ['clerk'],
    scopes: ['read:*', 'write:*'],
    display: 'ada@acme.example',
    way: 'oidc',
    credential: undefined,
  })
  t.ok(Object.isFrozen(readPerson(claims, way)))
})

t.test('without a claim of scopes there is no limit, and a grant is one for all', async t => {
  t.equal(readPerson({ sub: '42' }, wayOf()).scopes, undefined)
  t.same(readPerson({ sub: '42', rights: '*' }, wayOf({ scopes: 'rights' })).scopes, ['*'])
  t.same(
    readPerson({ sub: '42' }, wayOf({ scopes: 'rights' })).scopes,
    [],
    'a limit that is missing is none of nothing',
  )
  t.same(readPerson({ sub: '42' }, wayOf({ grant: ['read:*'] })).scopes, ['read:*'])
})

t.test('what can be no name is not shown as one', async t => {
  for (const name of ['', ' ', 7, null, ['Ada'], 'A\nda'])
    t.equal(readPerson({ sub: '42', name }, wayOf()).display, '42')
  t.equal(readPerson({ sub: '42', name: 'Ada' }, wayOf()).display, 'Ada')
})

t.test('who is nobody, or not let in, does not sign in', async t => {
  for (const sub of [undefined, '', ' ', null, {}, ['42'], 1.5])
    t.throws(() => readPerson({ sub }, wayOf()), { code: 'oauth_sign_in_failed' }, JSON.stringify(sub))
  t.throws(() => readPerson(Object.create({ sub: '42' }), wayOf()), { code: 'oauth_sign_in_failed' })
  const clerks = wayOf({ roles: 'groups', when: '"clerk" in principal.roles' })
  t.throws(() => readPerson({ sub: '42', groups: ['guest'] }, clerks), { code: 'oauth_sign_in_failed' })
  t.equal(readPerson({ sub: '42', groups: ['clerk'] }, clerks).subject, '42')
})

t.test('the UserInfo endpoint is asked for what the ID token lacks', async t => {
  const way = wayOf({ organization: 'org' })
  t.equal(missingClaims({ sub: '42', email: 'ada@acme.example' }, way), 'rights')
  t.equal(missingClaims({ sub: '42', org: 'org-1' }, way), 'name')
  t.equal(missingClaims({ sub: '42', org: 'org-1', name: 'Ada' }, way), 'none')
})
