/** The identity header of an authenticating proxy: whom it names, and from whom it counts. */
import t from 'tap'
import { namedByProxy, type ProxySignIn, signInByProxy } from '../../../src/oauth/sign-in/proxy.ts'
import { createConfig } from '../authorize/rooms.ts'
import { makeRequest } from '../make-request.ts'
import { oauthOf } from '../oauth-config.ts'

function way(more: object = {}): ProxySignIn {
  const config = {
    type: 'proxy',
    from: ['10.0.0.0/24', '192.0.2.7', '2001:db8::/64'],
    subject: 'X-User',
    organization: 'X-Org',
    roles: 'X-Roles',
    ...more,
  }
  const [first] = oauthOf(createConfig({ oauth: { signIn: [config] } })).signIn
  if (first?.type !== 'proxy') throw new Error('another way')
  return first
}

function named(headers: Readonly<Record<string, string>>, peer: string | undefined = '10.0.0.9', by = way()) {
  return namedByProxy(by, makeRequest({ headers, peer }))
}

t.test('the proxy names the person, their organisation and roles', async t => {
  t.match(named({ 'x-user': ' ada ', 'x-org': 'org-1', 'x-roles': 'a, b c,,a' }), {
    subject: 'ada',
    organization: 'org-1',
    roles: ['a', 'b c'],
    display: 'ada',
    way: 'proxy',
    scopes: undefined,
    credential: undefined,
  })
  t.match(named({ 'x-user': 'ada' }), { organization: undefined, roles: [] })
  t.same(named({ 'x-user': 'ada' }, '10.0.0.9', way({ grant: ['read:*'] }))?.scopes, ['read:*'])
})

t.test('only on a connection that comes from it', async t => {
  for (const peer of ['10.0.0.255', '::ffff:10.0.0.1', '192.0.2.7', '2001:db8::1']) {
    t.ok(named({ 'x-user': 'ada' }, peer), peer)
  }
  for (const peer of ['10.0.1.1', '::ffff:10.0.1.1', '192.0.2.8', '2001:db9::1', '127.0.0.1', 'x', '']) {
    t.equal(
      named({ 'x-user': 'ada', 'x-forwarded-for': '10.0.0.9', forwarded: 'for=10.0.0.9' }, peer),
      undefined,
      peer,
    )
  }
  t.equal(namedByProxy(way(), makeRequest({ headers: { 'x-user': 'ada' }, peer: undefined })), undefined)
})

t.test('a name that is missing, empty, two or unreadable is none', async t => {
  t.equal(named({}), undefined)
  for (const user of ['', ' ', 'ada,bob', 'ada, bob', 'a\tb', 'a\u0000b', 'a\u00e4', 'x'.repeat(257)]) {
    t.equal(named({ 'x-user': user }), undefined, JSON.stringify(user))
  }
  t.equal(named({ 'x-user': 'ada', 'x-org': 'one, two' }), undefined, 'nor is somebody of two organisations')
})

t.test('what is wrong is said', async t => {
  const request = makeRequest({ headers: { 'x-user': 'ada' }, peer: '192.0.2.1' })
  t.throws(() => signInByProxy(way(), request), {
    code: 'oauth_sign_in_failed',
    detail: /does not come from/,
  })
  const unnamed = makeRequest({ peer: '10.0.0.1' })
  t.throws(() => signInByProxy(way(), unnamed), {
    code: 'oauth_sign_in_failed',
    detail: /x-user is missing/i,
  })
  const headers = { 'x-user': 'ada', 'x-roles': 'staff' }
  const by = (when: string) => () => signInByProxy(way({ when }), makeRequest({ headers, peer: '10.0.0.1' }))
  t.throws(by('"admin" in principal.roles'), { code: 'oauth_sign_in_failed', message: /only some people/ })
  t.match(by('"staff" in principal.roles')(), { subject: 'ada' })
})
