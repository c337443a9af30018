import t from 'tap'
import { endpointScopes } from '../../../src/oauth/scopes/endpoint-scopes.ts'
import { createPolicy } from '../../../src/policy/decide.ts'
import { makeTool } from '../../policy/make-tool.ts'
import { jwtScheme, oauthScheme } from '../oauth-config.ts'

const READ = makeTool('list', 'read:invoices')
const plain = createPolicy({ scopes: {}, scopeHierarchy: true })

t.test('an endpoint names scopes where somebody can ask for them', async t => {
  const auth = [oauthScheme(), jwtScheme()]
  const both = { auth, scopes: {} }
  t.same(endpointScopes(both, undefined, [READ], plain).defaults, ['read:*'])
  t.same(endpointScopes(both, new Set(['token']), [READ], plain).defaults, [])
  t.same(endpointScopes(both, new Set(['jwt']), [READ], plain).defaults, ['read:*'])
  const granting = { auth: [jwtScheme({ grant: ['read:*'] })], scopes: {} }
  t.same(endpointScopes(granting, undefined, [READ], plain).defaults, [], 'every caller has the same')
  const listing = { auth: [jwtScheme({ scopes: 'permissions' })], scopes: {} }
  t.same(endpointScopes(listing, undefined, [READ], plain).defaults, [], 'no request fills that claim')
  const offline = { auth: [oauthScheme({ scopes: ['read:*', 'offline_access'] })], scopes: {} }
  const asking = [makeTool('x', 'offline_access'), READ]
  t.same(endpointScopes(offline, undefined, asking, plain).offered, ['read:*'])
})
