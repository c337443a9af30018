/** What a person can give: what they, the client and the server have in common, and never more. */
import fc from 'fast-check'
import t from 'tap'
import { compileExpression } from '../../../src/config/expression.ts'
import type { Person } from '../../../src/oauth/person.ts'
import {
  allowedTools,
  type GrantingOptions,
  grantableScopes,
} from '../../../src/oauth/scopes/grantable-scopes.ts'
import { createPolicy } from '../../../src/policy/decide.ts'
import { makeTool } from '../../policy/make-tool.ts'

const TOOLS = [
  makeTool('list_invoices', 'read:invoices'),
  makeTool('create_invoice', 'write:invoices', undefined, 'write'),
  makeTool('delete_invoice', 'manage:invoices', undefined, 'manage'),
  makeTool('list_contacts', 'read:contacts'),
  makeTool('export_ledger', 'read:ledger', principal =>
    Reflect.get(principal, 'roles').includes('accountant'),
  ),
  makeTool('special', 'opaque.scope'),
  makeTool('move', ['write:invoices', 'write:contacts'], undefined, 'write'),
]

function person(scopes: readonly string[] | undefined, roles: readonly string[] = []): Person {
  return {
    subject: 'ada',
    organization: 'org-1',
    roles,
    scopes,
    display: 'Ada',
    way: 'oidc',
    credential: undefined,
  }
}

function give(asked: readonly string[], more: Partial<GrantingOptions> = {}, config: object = {}) {
  const settings = { scopes: {}, scopeHierarchy: true, ...config }
  return grantableScopes({
    asked,
    person: person(undefined),
    clientScopes: undefined,
    offered: ['*'],
    declared: settings.scopes,
    policy: createPolicy(settings),
    tools: TOOLS,
    ...more,
  })
}

t.test('a person without limits can give what is asked for', async t => {
  t.same(give(['read:*', 'write:invoices']), { scopes: ['read:*', 'write:invoices'], withheld: [] })
  t.same(give(['*']), { scopes: ['*'], withheld: [] })
  t.same(give(['special']), { scopes: ['special'], withheld: [] }, 'a tool’s name')
})

t.test('of a scope that a person has in part, they give that part, in its own words', async t => {
  const gives = (asked: string, own: readonly string[]) => give([asked], { person: person(own) }).scopes
  t.same(gives('read:*', ['read:invoices', 'read:contacts']), ['read:invoices', 'read:contacts'])
  t.same(gives('read:*', ['*:invoices']), ['read:invoices'])
  t.same(gives('write:invoices', ['read:*']), ['read:invoices'])
  t.same(gives('*', ['write:invoices', 'opaque.scope']), ['write:invoices', 'opaque.scope'])
  t.same(gives('write:*', ['list_contacts']), ['list_contacts'], 'a tool that it includes')
  t.same(gives('list_invoices', ['read:*']), ['list_invoices'])
  t.same(gives('manage:*', ['write:*', 'read:invoices']), ['write:*'], 'without what that includes anyway')
})

t.test('what a person lacks is withheld, and so is what opens nothing to them', async t => {
  t.same(give(['manage:*', 'read:invoices'], { person: person(['read:invoices']) }), {
    scopes: ['read:invoices'],
    withheld: [],
  })
  t.same(give(['write:contacts', 'opaque.scope'], { person: person(['read:invoices']) }), {
    scopes: [],
    withheld: ['write:contacts', 'opaque.scope'],
  })
  t.same(give(['read:ledger']), { scopes: [], withheld: ['read:ledger'] }, 'only for accountants')
  t.same(give(['read:ledger'], { person: person(undefined, ['accountant']) }).scopes, ['read:ledger'])
  t.same(give(['read:*'], { person: person([]) }), { scopes: [], withheld: ['read:*'] })
})

t.test(
  'today’s tools don’t widen a scope: what a person has of each of them is not all that comes',
  async t => {
    const tools = [makeTool('list_invoices', 'read:invoices')]
    const policy = createPolicy({ scopes: {}, scopeHierarchy: true })
    const { scopes } = give(['read:*'], { person: person(['read:invoices']), tools, policy })
    t.same(scopes, ['read:invoices'])
  },
)

t.test('the client has a limit of its own, and the server offers what it offers', async t => {
  t.same(give(['*'], { clientScopes: ['read:*'] }).scopes, ['read:*'])
  t.same(give(['*'], { clientScopes: ['read:*'], person: person(['write:invoices']) }).scopes, [
    'read:invoices',
  ])
  t.same(give(['*'], { offered: ['read:contacts'] }).scopes, ['read:contacts'])
})

t.test('without a hierarchy tiers stand for themselves', async t => {
  const flat = { scopeHierarchy: false }
  t.same(give(['manage:invoices'], { person: person(['write:invoices']) }, flat).scopes, [])
  t.same(give(['*:invoices'], { person: person(['write:*']) }, flat).scopes, ['write:invoices'])
})

t.test('declared names', async t => {
  const scopes = {
    'acme:read': { allow: ['read:*'] },
    'acme:all': { allow: ['acme:read', 'write:*'] },
    'acme:ledger': {
      allow: ['read:ledger'],
      when: compileExpression('"boss" in principal.roles', 'condition'),
    },
    'acme:loop': { allow: ['acme:knot', 'read:contacts'] },
    'acme:knot': { allow: ['acme:loop'] },
  }
  const names = Object.keys(scopes)
  const gives = (asked: string, who: Person) =>
    give([asked], { person: who, offered: names }, { scopes }).scopes
  t.same(gives('acme:all', person(['acme:all'])), ['acme:all'])
  t.same(gives('acme:all', person(['read:*', 'write:*'])), ['acme:all'], 'by all that it stands for')
  t.same(gives('acme:all', person(['acme:read'])), ['acme:read'])
  t.same(gives('acme:all', person(['read:invoices'])), ['read:invoices'])
  t.same(gives('acme:loop', person(['read:contacts'])), ['acme:loop'], 'names in a circle')
  const boss = person(['*'], ['boss', 'accountant'])
  t.same(gives('acme:ledger', boss), ['acme:ledger'])
  t.same(gives('acme:ledger', person(['*'], ['accountant'])), [], 'its condition does not hold')
  const onlyLedger = (who: Person) =>
    give(['read:ledger'], { person: who, offered: ['acme:ledger'] }, { scopes }).scopes
  t.same(onlyLedger(boss), ['read:ledger'])
  t.same(onlyLedger(person(['*'], ['accountant'])), [], 'nor does what only it would give')
})

t.test('never more than all of them have, and all that tiers have in common', async t => {
  const scope = fc.oneof(
    fc
      .tuple(fc.constantFrom('read', 'write', 'manage', '*'), fc.constantFrom('invoices', 'contacts', '*'))
      .map(parts => parts.join(':')),
    fc.constantFrom('*', 'opaque.scope', 'list_invoices', 'special', 'nothing'),
  )
  const tiers = fc.array(
    scope.filter(one => one.includes(':') || one === '*'),
    { minLength: 1, maxLength: 4 },
  )
  const some = fc.array(scope, { maxLength: 4 })
  const [flat, high] = [false, true].map(scopeHierarchy => createPolicy({ scopes: {}, scopeHierarchy }))
  if (flat === undefined || high === undefined) throw new Error('no policies')
  const reach = (scopes: readonly string[], hierarchy: boolean) =>
    new Set(allowedTools(scopes, person(undefined), hierarchy ? high : flat, TOOLS).map(({ name }) => name))
  const check = (property: fc.IRawProperty<unknown>) =>
    t.doesNotThrow(() => fc.assert(property, { numRuns: 2_000 }))
  check(
    fc.property(some, some, some, fc.boolean(), (asked, own, client, hierarchy) => {
      const given = give(asked, { person: person(own), clientScopes: client }, { scopeHierarchy: hierarchy })
      const limits = [asked, own, client].map(scopes => reach(scopes, hierarchy))
      return [...reach(given.scopes, hierarchy)].every(name => limits.every(limit => limit.has(name)))
    }),
  )
  check(
    fc.property(tiers, tiers, fc.boolean(), (asked, own, hierarchy) => {
      const given = give(asked, { person: person(own) }, { scopeHierarchy: hierarchy })
      const [a, b] = [reach(asked, hierarchy), reach(own, hierarchy)]
      // Tools of one scope each: two scopes in common need not be one.
      const single = TOOLS.filter(({ scopes }) => scopes.length === 1).map(({ name }) => name)
      const all = reach(given.scopes, hierarchy)
      return single.every(name => !(a.has(name) && b.has(name)) || all.has(name))
    }),
  )
})

t.test('flags and roles that the product is asked for at each call bar nobody from approving', async t => {
  const isNever = () => undefined
  const flagged = makeTool('beta_tool', 'read:beta', isNever, 'read', ['flags'])
  const byRole = makeTool('desk_tool', 'read:desk', isNever, 'read', ['roles'])
  const ofAnother = makeTool('other_tool', 'read:other', isNever, 'read', ['organization'])
  const tools = [flagged, byRole, ofAnother]
  const gives = (asked: string, entitlements: object) => {
    const settings = { scopes: {}, scopeHierarchy: true }
    const asks = { request: 'GET /f', cache: 1, ...entitlements }
    return give([asked], { tools, policy: createPolicy({ ...settings, entitlements: asks }) }).scopes
  }
  t.same(gives('read:beta', { flags: 'f' }), ['read:beta'])
  t.same(gives('read:desk', { flags: 'f' }), [], 'the roles are those of the sign-in then')
  t.same(gives('read:desk', { roles: 'r' }), ['read:desk'])
  t.same(gives('read:other', { flags: 'f', roles: 'r' }), [])
})
