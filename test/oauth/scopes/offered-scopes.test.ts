import t from 'tap'
import type { Config } from '../../../src/config/config.ts'
import { offeredScopes } from '../../../src/oauth/scopes/offered-scopes.ts'
import { createPolicy } from '../../../src/policy/decide.ts'
import { makeTool } from '../../policy/make-tool.ts'
import { oauthScheme } from '../oauth-config.ts'

const READ = makeTool('list', 'read:invoices')
const WRITE = makeTool('create', 'write:invoices', undefined, 'write')
const MANAGE = makeTool('send', 'manage:invoices', undefined, 'manage')

const DECLARED: Config['scopes'] = {
  'invoices.read': { allow: ['read:invoices'] },
  'payroll.run': { allow: ['manage:payroll'] },
}
const plain = createPolicy({ scopes: {}, scopeHierarchy: true })
const named = createPolicy({ scopes: DECLARED, scopeHierarchy: true })

t.test('without anything said, the tiers that the tools have', async t => {
  const settings = { auth: [oauthScheme()], scopes: {} }
  t.same(offeredScopes(settings, [READ], plain).offered, ['read:*'])
  t.same(offeredScopes(settings, [MANAGE, READ], plain), {
    offered: ['read:*', 'manage:*'],
    defaults: ['read:*', 'manage:*'],
  })
  t.same(offeredScopes(settings, [], plain), { offered: [], defaults: [] })
})

t.test('names that tools ask for, and no tier gives, are offered too', async t => {
  const settings = { auth: [oauthScheme()], scopes: {} }
  t.same(offeredScopes(settings, [READ, makeTool('pay', 'payments')], plain).offered, ['read:*', 'payments'])
})

t.test('declared names, as far as they open something at this server', async t => {
  const settings = { auth: [oauthScheme()], scopes: DECLARED }
  t.same(offeredScopes(settings, [READ, MANAGE], named).offered, ['invoices.read'])
})

t.test('what is configured, in that order and once; defaults are among it', async t => {
  const scheme = oauthScheme({
    scopes: ['write:*', 'read:*', 'read:*', 'manage:payroll'],
    defaultScopes: ['read:*'],
  })
  const settings = { auth: [scheme], scopes: DECLARED }
  t.same(
    offeredScopes(settings, [READ, WRITE], named),
    {
      offered: ['write:*', 'read:*'],
      defaults: ['read:*'],
    },
    'there is no payroll here',
  )
  t.same(
    offeredScopes(settings, [makeTool('x', 'manage:payroll', undefined, 'manage')], named).defaults,
    ['manage:payroll'],
    'without any of the defaults, all',
  )
})

t.test('the answer is kept for the same tools, and not for another configuration', async t => {
  const tools = [READ]
  const settings = { auth: [oauthScheme()], scopes: {} }
  const first = offeredScopes(settings, tools, plain)
  t.equal(offeredScopes(settings, tools, plain), first)
  const other = { auth: [oauthScheme({ scopes: ['read:invoices'] })], scopes: {} }
  t.same(offeredScopes(other, tools, plain).offered, ['read:invoices'])
  t.same(offeredScopes({ auth: [oauthScheme()], scopes: DECLARED }, tools, named).offered, ['invoices.read'])
})
