import t from 'tap'
import { createSearchSurface } from '../../src/catalogue/search/search-surface.ts'
import type { Tool } from '../../src/catalogue/tool.ts'
import { createPolicy } from '../../src/policy/decide.ts'
import { isSearching, listedTools } from '../../src/policy/listed-tools.ts'
import { makePrincipal, makeTool } from './make-tool.ts'

const policy = createPolicy({ scopes: {}, scopeHierarchy: true })
const TOOLS: readonly Tool[] = [
  makeTool('list', 'read:invoices'),
  makeTool('get', 'read:invoices'),
  makeTool('create', 'write:invoices', undefined, 'write'),
  makeTool(
    'send',
    'manage:invoices',
    principal => Reflect.get(principal, 'roles').includes('boss'),
    'manage',
  ),
]
const surface = (above: number) =>
  createSearchSurface({ name: 'acme', title: 'Acme', tools: TOOLS, above, isTaken: () => false })

const listed = (above: number, scopes: readonly string[], roles: readonly string[] = []) =>
  listedTools(policy, makePrincipal(scopes, roles), surface(above)).map(({ name }) => name)

const FRONT = ['acme_search_tools', 'acme_describe_tool']

t.test('search, describe, and an execute tool per tier that the caller may use', async t => {
  t.same(listed(0, ['read:*']), [...FRONT, 'acme_execute_read'])
  t.same(listed(0, ['write:*']), [...FRONT, 'acme_execute_read', 'acme_execute_write'])
  t.same(listed(0, ['create']), [...FRONT, 'acme_execute_write'])
  t.same(listed(0, ['*']), [...FRONT, 'acme_execute_read', 'acme_execute_write'], 'the condition counts')
  t.same(listed(0, ['*'], ['boss']), [
    ...FRONT,
    'acme_execute_read',
    'acme_execute_write',
    'acme_execute_manage',
  ])
})

t.test('who may call nothing is shown nothing', async t => {
  t.same(listed(0, []), [])
  t.same(listed(0, ['read:contacts', 'acme_search_tools', 'acme_execute_read']), [])
  t.equal(isSearching(policy, makePrincipal([]), surface(0)), false)
})

t.test('up to the configured number, callers are shown the tools themselves', async t => {
  t.same(listed(2, ['read:*']), ['list', 'get'])
  t.same(listed(1, ['read:*']), [...FRONT, 'acme_execute_read'])
  t.equal(isSearching(policy, makePrincipal(['read:*']), surface(2)), false)
  t.equal(isSearching(policy, makePrincipal(['write:*']), surface(2)), true)
})
