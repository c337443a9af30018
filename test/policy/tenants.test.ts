import t from 'tap'
import type { Principal } from '../../src/auth/principal.ts'
import { compileExpression } from '../../src/config/expression.ts'
import { createTenants, NO_TENANT, tenantOf } from '../../src/policy/tenants.ts'

type Apis = Parameters<typeof createTenants>[0]

function tenants(by = 'principal.organization', upstreams: object = {}) {
  const all = { acme: 'https://acme.example/v1/', globex: 'https://globex.example', ...upstreams }
  const apis = [
    { name: 'things', tenants: { by: compileExpression(by, 'text'), upstreams: all } },
    { name: 'plain' },
  ]
  return createTenants(apis as unknown as Apis)
}

const of = (organization: unknown) => ({ subject: 'ada', organization }) as Principal

t.test('the tenant is the one of exactly this name, and there is one object for it', async t => {
  const all = tenants()
  const tenant = tenantOf(all, of('acme'), 'things')
  t.same(tenant, {
    name: 'acme',
    origin: 'https://acme.example',
    basePath: '/v1',
    baseUrl: 'https://acme.example/v1',
  })
  t.equal(tenantOf(all, of('acme'), 'things'), tenant)
  t.match(tenantOf(all, of('globex'), 'things'), { basePath: '', baseUrl: 'https://globex.example' })
  t.equal(tenantOf(all, of('acme'), 'plain'), undefined, 'an API with one backend')
  t.equal(tenantOf(undefined, of('acme'), 'things'), undefined, 'nowhere configured')
})

t.test('anything else is no tenant', async t => {
  const all = tenants()
  const others = [undefined, null, '', 0, true, ['acme'], { acme: 1 }, 'acme\u0000', 'acme\n', 'ACME', 'acmé']
  for (const organization of [...others, 'acm\u0435', '__proto__', 'constructor', 'size']) {
    const refused = { code: 'access_denied', message: NO_TENANT }
    t.throws(() => tenantOf(all, of(organization), 'things'), refused, JSON.stringify(organization))
  }
  t.notMatch(NO_TENANT, /acme|globex/)
})

t.test('a name in another Unicode form is another name', async t => {
  const composed = 'caf\u00e9'
  const all = tenants(undefined, { [composed]: 'https://cafe.example' })
  t.ok(tenantOf(all, of(composed), 'things'))
  t.throws(() => tenantOf(all, of('cafe\u0301'), 'things'), { code: 'access_denied' })
})

t.test('a number is no name, though it may look like one', async t => {
  const all = tenants('principal.organization == "seven" ? dyn(7) : dyn("7")', { 7: 'https://seven.example' })
  t.ok(tenantOf(all, of('other'), 'things'))
  t.throws(() => tenantOf(all, of('seven'), 'things'), { code: 'access_denied' })
})

t.test('an expression that can give no text is refused when it is compiled', async t => {
  t.throws(() => compileExpression('size(principal.roles)', 'text'), /a string is needed/)
  t.throws(() => compileExpression('1 + 1', 'text'), /yields int, but a string is needed/)
  t.throws(() => compileExpression('true', 'text'), /yields bool/)
})
