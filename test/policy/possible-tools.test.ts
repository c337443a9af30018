import t from 'tap'
import { pretendCaller } from '../../src/cli/pretend-caller.ts'
import { createPolicy } from '../../src/policy/decide.ts'
import { possibleTools } from '../../src/policy/possible-tools.ts'
import { makeTool } from './make-tool.ts'

const never = () => false
const plain = makeTool('acme_plain', 'read:x')
const flagged = makeTool('acme_flagged', 'read:x', never, 'read', ['flags'])
const byRole = makeTool('acme_role', 'read:x', never, 'read', ['roles', 'subject'])
const tools = [plain, flagged, byRole]
const base = { scopes: {}, scopeHierarchy: true }
const request = 'GET /f'

t.test('what the product is asked for later may yet hold; what the credential says may not', async t => {
  const of = (entitlements: object | undefined, scopes = ['read:*']) =>
    possibleTools(
      createPolicy({
        ...base,
        ...(entitlements && { entitlements: { request, cache: 1, ...entitlements } }),
      }),
      pretendCaller(scopes),
      tools,
    ).map(({ name }) => name)
  t.same(of(undefined), ['acme_plain'])
  t.same(of({ flags: 'f' }), ['acme_plain', 'acme_flagged'])
  t.same(of({ flags: 'f', roles: 'r' }), ['acme_plain', 'acme_flagged', 'acme_role'])
  t.same(of({ flags: 'f', roles: 'r' }, ['read:y']), [], 'scopes are not asked for later')
})
