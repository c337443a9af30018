import fc from 'fast-check'
import t from 'tap'
import type { Principal } from '../../src/auth/principal.ts'
import { createPolicy, decide } from '../../src/policy/decide.ts'
import { makePrincipal, makeTool } from './make-tool.ts'
import { referenceAllows } from './reference-model.ts'

const plain = createPolicy({ scopes: {}, scopeHierarchy: true })
const allows = (scopes: string[], required: string | string[], policy = plain) =>
  decide(policy, makePrincipal(scopes), makeTool('acme_tool', required)).allow

t.test('N15: a missing scope is refused and named', async t => {
  const tool = makeTool('acme_delete_invoice', 'manage:invoices')
  t.strictSame(decide(plain, makePrincipal(['read:invoices']), tool), {
    allow: false,
    code: 'insufficient_scope',
    scopes: ['manage:invoices'],
    message:
      'This credential does not allow acme_delete_invoice: it lacks the scope manage:invoices. Ask for a credential that has it.',
  })
})

t.test('N15: of several required scopes all that are missing are named, and only those', async t => {
  const tool = makeTool('acme_sync', ['read:invoices', 'write:contacts', 'ledger.export'])
  const decision = decide(plain, makePrincipal(['read:*']), tool)
  t.match(decision, { allow: false, scopes: ['write:contacts', 'ledger.export'] })
  t.equal(decide(plain, makePrincipal(['read:*', 'manage:contacts', 'ledger.export']), tool).allow, true)
})

t.test('manage includes write includes read, on the same resource only', async t => {
  for (const [granted, required, expected] of [
    ['read:invoices', 'read:invoices', true],
    ['write:invoices', 'read:invoices', true],
    ['manage:invoices', 'read:invoices', true],
    ['manage:invoices', 'write:invoices', true],
    ['read:invoices', 'write:invoices', false],
    ['write:invoices', 'manage:invoices', false],
    ['manage:contacts', 'read:invoices', false],
    ['read:invoice', 'read:invoices', false],
    ['read:invoices', 'read:invoice', false],
  ] as const) {
    t.equal(allows([granted], required), expected, `${granted} → ${required}`)
  }
})

t.test('scopeHierarchy: false takes each tier for itself', async t => {
  const flat = createPolicy({ scopes: {}, scopeHierarchy: false })
  t.equal(allows(['manage:invoices'], 'read:invoices', flat), false)
  t.equal(allows(['manage:*'], 'write:invoices', flat), false)
  t.equal(allows(['write:invoices'], 'write:invoices', flat), true)
  t.equal(allows(['*:invoices'], 'read:invoices', flat), true)
  t.equal(allows(['read:a', 'write:a', 'manage:a'], '*:a', flat), true)
})

t.test('wildcards', async t => {
  t.equal(allows(['read:*'], 'read:invoices'), true)
  t.equal(allows(['read:*'], 'write:invoices'), false)
  t.equal(allows(['write:*'], 'read:invoices'), true)
  t.equal(allows(['*:invoices'], 'manage:invoices'), true)
  t.equal(allows(['*:invoices'], 'read:contacts'), false)
  t.equal(allows(['*:*'], 'manage:invoices'), true)
  t.equal(allows(['*:*'], 'ledger.export'), false, 'tiers do not include opaque scopes')
  t.equal(allows(['*'], 'ledger.export'), true)
  t.equal(allows(['read:invoices'], 'read:*'), false, 'one resource is not all')
  t.equal(allows(['write:*'], 'read:*'), true)
})

t.test('what looks like a scope and is none allows nothing', async t => {
  for (const scope of [
    '',
    ':',
    '**',
    'read',
    'read:',
    'READ:invoices',
    'read:inv*',
    'r*',
    'read:*:*',
    '*:',
    ' *',
  ]) {
    t.equal(allows([scope], 'read:invoices'), false, JSON.stringify(scope))
  }
})

t.test('case counts', async t => {
  t.equal(allows(['read:Invoices'], 'read:invoices'), false)
  t.equal(allows(['ACME_TOOL'], 'read:invoices'), false)
})

t.test('names of Object.prototype are strings like any other', async t => {
  for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
    t.equal(allows([name], 'read:invoices'), false, name)
    t.equal(allows([`read:${name}`], 'read:invoices'), false, name)
    t.equal(allows([], name), false, name)
    t.equal(allows([`${name}:*`], 'read:invoices'), false, name)
  }
  const declared = createPolicy({ scopes: JSON.parse('{"__proto__":{"allow":["*"]}}'), scopeHierarchy: true })
  t.equal(allows(['toString'], 'read:invoices', declared), false)
})

t.test('a tool’s own name allows that tool alone', async t => {
  t.equal(allows(['acme_tool'], ['manage:invoices', 'ledger.export']), true)
  t.equal(allows(['acme_tool_two'], 'read:invoices'), false)
})

t.test('a declared name allows what it stands for and a tool that asks for it', async t => {
  const policy = createPolicy({
    scopes: { 'lucent.read': { allow: ['read:signals', 'issues'] }, issues: { allow: ['read:issues'] } },
    scopeHierarchy: true,
  })
  t.equal(allows(['lucent.read'], 'read:signals', policy), true)
  t.equal(allows(['lucent.read'], 'read:issues', policy), true)
  t.equal(allows(['lucent.read'], 'lucent.read', policy), true)
  t.equal(allows(['lucent.read'], ['lucent.read', 'read:signals'], policy), true)
  t.equal(allows(['lucent.read'], 'write:signals', policy), false)
  t.equal(allows(['read:signals'], 'lucent.read', policy), false, 'the parts are not the whole')
})

t.test('a tool that asks for no scope is not open to everyone', async t => {
  t.match(decide(plain, makePrincipal([]), makeTool('acme_tool', [], undefined, 'manage')), {
    allow: false,
    scopes: ['manage:invoices'],
  })
})

t.test('when must be exactly true, after the scopes', async t => {
  const principal = makePrincipal(['read:*'], ['accountant'])
  for (const value of [false, undefined, 1, 'true', 0, '']) {
    const decision = decide(
      plain,
      principal,
      makeTool('acme_tool', 'read:x', () => value),
    )
    t.match(decision, {
      allow: false,
      code: 'access_denied',
      scopes: [],
      message: /does not meet its condition/,
    })
  }
  t.equal(
    decide(
      plain,
      principal,
      makeTool('acme_tool', 'read:x', () => true),
    ).allow,
    true,
  )
  t.match(
    decide(
      plain,
      principal,
      makeTool('acme_tool', 'write:x', () => true),
    ),
    { code: 'insufficient_scope' },
  )
  t.match(
    decide(
      plain,
      makePrincipal(['*']),
      makeTool('acme_tool', 'write:x', () => false),
    ),
    {
      code: 'access_denied',
    },
  )
  t.match(
    decide(
      plain,
      makePrincipal(['acme_tool']),
      makeTool('acme_tool', 'write:x', () => false),
    ),
    {
      code: 'access_denied',
    },
  )
})

t.test('a condition sees the caller, and is asked once per caller', async t => {
  const asked: object[] = []
  const tool = makeTool('acme_tool', 'read:x', principal => {
    asked.push(principal)
    return (principal as Principal).roles.includes('accountant')
  })
  const [accountant, guest] = [makePrincipal(['*'], ['accountant']), makePrincipal(['*'])]
  for (let i = 0; i < 3; i++) {
    t.equal(decide(plain, accountant, tool).allow, true)
    t.equal(decide(plain, guest, tool).allow, false)
  }
  t.strictSame(asked, [accountant, guest])
})

const atom = fc.constantFrom(
  ...[
    '*',
    '*:*',
    'read:*',
    'write:*',
    'manage:*',
    '*:a',
    'read:a',
    'write:a',
    'manage:a',
    'read:b',
    'write:b',
  ],
  ...[
    'manage:b',
    'export',
    'lucent',
    'tool_a',
    'tool_b',
    '__proto__',
    'constructor',
    'read:__proto__',
    'Read:a',
  ],
)
const scope = fc.oneof({ weight: 4, arbitrary: atom }, { weight: 1, arbitrary: fc.string() })
const scopes = fc.array(scope, { maxLength: 5 })
const tool = fc.record({
  name: fc.constantFrom('tool_a', 'tool_b', 'tool_c'),
  scopes: fc.array(scope, { minLength: 1, maxLength: 3 }),
})
const declared = fc
  .uniqueArray(fc.tuple(scope, scopes), { maxLength: 4, selector: ([name]) => name })
  .map(entries => Object.fromEntries(entries))

t.test('property: it allows exactly what the obvious model allows', async t => {
  fc.assert(
    fc.property(scopes, tool, declared, fc.boolean(), (granted, { name, scopes }, names, hierarchy) => {
      const policy = createPolicy({
        scopes: Object.fromEntries(Object.entries(names).map(([key, allow]) => [key, { allow }])),
        scopeHierarchy: hierarchy,
      })
      const decision = decide(policy, makePrincipal(granted), makeTool(name, scopes))
      const expected = referenceAllows(granted, { name, scopes }, names, hierarchy)
      if (!decision.allow && decision.scopes.some(missing => granted.includes(missing))) return false
      return decision.allow === expected
    }),
    { numRuns: 20_000 },
  )
  t.pass('20,000 cases')
})

t.test('property: more scopes never allow less', async t => {
  fc.assert(
    fc.property(scopes, scopes, tool, declared, (granted, more, { name, scopes }, names) => {
      const policy = createPolicy({
        scopes: Object.fromEntries(Object.entries(names).map(([key, allow]) => [key, { allow }])),
        scopeHierarchy: true,
      })
      const made = makeTool(name, scopes)
      const before = decide(policy, makePrincipal(granted), made).allow
      return !before || decide(policy, makePrincipal([...granted, ...more]), made).allow
    }),
    { numRuns: 5_000 },
  )
  t.pass('5,000 cases')
})

t.test('property: the scopes that a refusal names are enough', async t => {
  fc.assert(
    fc.property(scopes, tool, (granted, { name, scopes }) => {
      const made = makeTool(name, scopes)
      const decision = decide(plain, makePrincipal(granted), made)
      return decision.allow || decide(plain, makePrincipal([...granted, ...decision.scopes]), made).allow
    }),
    { numRuns: 5_000 },
  )
  t.pass('5,000 cases')
})
