import t from 'tap'
import { completeConfig } from '../../src/config/complete-config.ts'
import { configSchema } from '../../src/config/schema.ts'
import { scopeNotes } from '../../src/policy/scope-notes.ts'
import { makeTool } from './make-tool.ts'

const TOOLS = [makeTool('crm_list_app_stores', 'read:app_store'), makeTool('crm_sync', 'ledger.export')]

function notes(scopes: object) {
  const apis = [{ name: 'crm', openapi: './x.json', upstream: 'https://crm.internal' }]
  return scopeNotes(
    completeConfig(
      configSchema.parse({ name: 'crm', apis, scopes, auth: [{ type: 'token' }] }),
      '/etc/postern.yaml',
    ),
    TOOLS,
  )
}

t.test('what opens no tool is named by its place', async t => {
  const found = notes({
    'crm:read': { allow: ['read:app_store', 'read:app-store'] },
    'crm:sync': { allow: ['ledger.export', 'ledger.import'] },
  })
  t.match(found, [
    { path: 'scopes["crm:read"].allow[1]', message: 'read:app-store opens no tool' },
    { path: 'scopes["crm:sync"].allow[1]', message: /ledger\.import/ },
  ])
  t.equal(found.length, 2)
})

t.test('tiers above, wildcards, names of tools and of other scopes open something', async t => {
  t.same(notes({ all: { allow: ['*'] }, some: { allow: ['write:*', 'all', 'crm_sync', '*:app_store'] } }), [])
})
