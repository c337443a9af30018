import t from 'tap'
import { remoteHeaders } from '../../src/publication/remote-headers.ts'
import { configure } from './sample-site.ts'

const VERIFY = { request: 'GET /me', grant: ['read:*'] }
const OAUTH = { type: 'oauth', signIn: [{ type: 'product', verify: VERIFY }] }
const headers = (auth: readonly object[], server: object = {}) =>
  remoteHeaders(server, configure({ auth }).auth, 'Acme')

t.test('a token is asked for as the header is written', async t => {
  const variable = {
    description: 'A token for Acme',
    isRequired: true,
    isSecret: true,
    placeholder: 'acme_pat_…',
  }
  t.same(headers([{ type: 'token' }]), [
    {
      name: 'Authorization',
      description: 'A token for Acme',
      isRequired: true,
      isSecret: true,
      value: 'Bearer {token}',
      variables: { token: variable },
    },
  ])
  t.same(headers([{ type: 'token', header: 'X-Api-Key' }]), [{ name: 'X-Api-Key', ...variable }])
  t.match(headers([{ type: 'bearer', verify: VERIFY }]), [
    { variables: { token: { description: 'Your own token of Acme' } } },
  ])
})

t.test('of a header pair, the one that says who is calling is no secret', async t => {
  t.same(headers([{ type: 'headers', headers: ['Email', 'Token'], subject: 'Email', verify: VERIFY }]), [
    {
      name: 'Email',
      description: 'Your Email for Acme',
      isRequired: true,
      isSecret: false,
      placeholder: 'you@example.com',
    },
    { name: 'Token', description: 'Your Token for Acme', isRequired: true, isSecret: true },
  ])
})

t.test('nothing is asked for where the URL is enough', async t => {
  t.same(headers([{ type: 'token' }, OAUTH]), [])
  t.same(headers([{ type: 'jwt', issuer: 'https://id.acme.example', audience: 'x' }]), [])
  t.same(headers([{ type: 'token' }, { type: 'anonymous', scopes: ['read:*'] }]), [])
})

t.test('only what signs in at the server counts', async t => {
  t.equal(headers([OAUTH, { type: 'token' }], { auth: ['token'] }).length, 1)
  t.same(headers([OAUTH, { type: 'token' }], { auth: ['oauth'] }), [])
})
