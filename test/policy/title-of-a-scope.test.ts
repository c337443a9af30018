/** A title for a scope that tools have by themselves: whoever has it may do neither more nor less. */
import fc from 'fast-check'
import t from 'tap'
import { pretendCaller } from '../../src/cli/pretend-caller.ts'
import { covers } from '../../src/oauth/scopes/covers.ts'
import { compileGrants } from '../../src/policy/compile-grants.ts'
import { createPolicy, decide } from '../../src/policy/decide.ts'
import { makeTool } from './make-tool.ts'

const SCOPES = [
  'read:a',
  'write:a',
  'manage:a',
  'read:b',
  'manage:b',
  'read:*',
  '*:a',
  '*',
  'export',
  'get_a',
]
// Wildcards can't be declared.
const NAMES = SCOPES.filter(name => !name.includes('*'))
const GET = makeTool('get_a', 'read:a')
const PUT = makeTool('put_a', 'write:a')
const TOOLS = [
  GET,
  PUT,
  makeTool('delete_a', 'manage:a'),
  makeTool('get_b', 'read:b'),
  makeTool('export_b', ['export', 'read:b']),
  makeTool('all_of_a', '*:a'),
]

const names = fc.uniqueArray(fc.constantFrom(...NAMES), { minLength: 1 })
const held = fc.uniqueArray(fc.constantFrom(...SCOPES))

t.test('every tool is decided alike with and without the title', async t => {
  fc.assert(
    fc.property(names, held, fc.boolean(), (titled, scopes, scopeHierarchy) => {
      const declared = Object.fromEntries(titled.map(name => [name, { title: name, allow: [name] }]))
      const plain = createPolicy({ scopes: {}, scopeHierarchy })
      const policy = createPolicy({ scopes: declared, scopeHierarchy })
      const caller = pretendCaller(scopes)
      for (const tool of TOOLS) {
        const [before, after] = [decide(plain, caller, tool), decide(policy, caller, tool)]
        if (before.allow !== after.allow) return false
      }
      return true
    }),
  )
  const titled = createPolicy({ scopes: { 'read:a': { allow: ['read:a'] } }, scopeHierarchy: true })
  t.ok(decide(titled, pretendCaller(['read:a']), GET).allow)
  t.notOk(decide(titled, pretendCaller(['read:a']), PUT).allow)
})

t.test('a person can give it, and be limited by it, as before', async t => {
  fc.assert(
    fc.property(names, held, fc.constantFrom(...SCOPES), fc.boolean(), (titled, scopes, asked, hierarchy) => {
      const declared = Object.fromEntries(titled.map(name => [name, { allow: [name] }]))
      const [plain, policy] = [{}, declared].map(all =>
        createPolicy({ scopes: all, scopeHierarchy: hierarchy }),
      )
      if (plain === undefined || policy === undefined) return false
      return (
        covers(compileGrants(plain, scopes), asked, { policy: plain, tools: TOOLS }) ===
        covers(compileGrants(policy, scopes), asked, { policy, tools: TOOLS })
      )
    }),
  )
  t.pass('no counterexample')
})
