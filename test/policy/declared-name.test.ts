import t from 'tap'
import { createPolicy, decide } from '../../src/policy/decide.ts'
import { declaredName } from '../../src/policy/declared-name.ts'
import { parseScope } from '../../src/policy/parse-scope.ts'
import { makePrincipal, makeTool } from './make-tool.ts'

const scopes = {
  'crm:read': { allow: ['read:contacts', 'read:deals'] },
  'crm:write': { allow: ['write:contacts'] },
  'crm:all': { allow: ['crm:write', 'manage:*'] },
}
const policy = createPolicy({ scopes, scopeHierarchy: true })
const nameOf = (scope: string) => declaredName(policy, { scope, parsed: parseScope(scope) })

t.test('a scope is known by the first declared name that gives it', async t => {
  t.equal(nameOf('read:contacts'), 'crm:read')
  t.equal(nameOf('write:contacts'), 'crm:write')
  t.equal(nameOf('write:deals'), 'crm:all')
  t.equal(nameOf('crm:write'), 'crm:write')
  t.equal(nameOf('ledger.export'), undefined)
})

t.test('who is refused reads the declared names, each once; programs get the scopes themselves', async t => {
  const tool = makeTool('crm_merge', ['read:contacts', 'read:deals', 'write:contacts', 'ledger.export'])
  t.match(decide(policy, makePrincipal(['nothing']), tool), {
    scopes: ['read:contacts', 'read:deals', 'write:contacts', 'ledger.export'],
    message:
      /lacks the scopes crm:read and crm:write and ledger\.export\. Ask for a credential that has them\./,
  })
})
