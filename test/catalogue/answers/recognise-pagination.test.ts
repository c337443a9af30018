/** Which list operations of real documents are known to have pages, and which arguments fetch the next one. */
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import t from 'tap'
import type { PaginationPlan } from '../../../src/catalogue/answer-plan.ts'
import { loadDocument } from '../../../src/catalogue/document/load-document.ts'
import type { Tool } from '../../../src/catalogue/tool.ts'
import { compileDocument, compileOperation, onlyTool } from '../compile-document.ts'

const corpus = resolve(import.meta.dirname, '../../../../shared/corpus')
const isMissing = existsSync(corpus) ? false : `there is no ${corpus}; these tests need it`

type Role = 'cursor' | 'lastItem' | 'page' | 'offset' | 'size'

/** Of each document: at least so many paged operations, and what some of them page with. */
const EXPECTED: Record<string, { atLeast: number; tools: Record<string, Partial<Record<Role, string>>> }> = {
  'github.json': {
    atLeast: 216,
    tools: { '/repos/{owner}/{repo}/issues': { page: 'page', size: 'per_page' } },
  },
  'stripe.yaml': {
    atLeast: 107,
    tools: {
      '/v1/customers': { lastItem: 'starting_after', size: 'limit' },
      '/v1/customers/search': { cursor: 'page', size: 'limit' },
    },
  },
  'asana.yaml': { atLeast: 65, tools: { '/projects': { cursor: 'offset', size: 'limit' } } },
  'box.json': {
    atLeast: 53,
    tools: { '/webhooks': { cursor: 'marker' }, '/collections': { offset: 'offset', size: 'limit' } },
  },
  'twilio.json': {
    atLeast: 61,
    tools: { '/2010-04-01/Accounts.json': { cursor: 'PageToken', page: 'Page' } },
  },
  'openai.yaml': { atLeast: 62, tools: { '/files': { lastItem: 'after', size: 'limit' } } },
  'k8s.json': { atLeast: 344, tools: { '/api/v1/pods': { cursor: 'continue', size: 'limit' } } },
  'slack.json': { atLeast: 32, tools: { '/conversations.list': { cursor: 'cursor', size: 'limit' } } },
}

for (const [name, { atLeast, tools: expected }] of Object.entries(EXPECTED)) {
  t.test(name, { skip: isMissing }, async t => {
    const { document } = await loadDocument(join(corpus, name))
    const tools = compileDocument(document).tools.filter(tool => tool.operation.method === 'GET')
    const paged = tools.filter(tool => tool.answer?.pagination !== undefined)
    t.comment(`${name}: ${paged.length} of ${tools.length} GET operations have pages`)
    t.ok(paged.length >= atLeast, `${paged.length} paged operations, ${atLeast} wanted`)
    for (const [path, roles] of Object.entries(expected)) {
      const plan = tools.find(tool => tool.operation.path === path)?.answer?.pagination
      t.match(plan && rolesOf(plan), roles, path)
    }
  })
}

function rolesOf(plan: PaginationPlan): Partial<Record<Role, string>> {
  const roles = ['cursor', 'lastItem', 'page', 'offset', 'size'] as const
  return Object.fromEntries(roles.flatMap(role => (plan[role] ? [[role, plan[role].argument]] : [])))
}

function makeTool(parameters: readonly object[], more: { method?: string; bind?: object } = {}): Tool {
  const rules = [{ match: { path: '/things' }, bind: more.bind as Record<string, string> }]
  return onlyTool(
    compileOperation(
      { parameters: [...parameters], responses: { 200: { description: '' } } },
      { method: more.method ?? 'get', api: more.bind ? { tools: { rules } } : {} },
    ),
  )
}

t.test('what is no page is not taken for one', async t => {
  const none = [
    [{ name: 'page', in: 'header' }],
    [{ name: 'cursor', in: 'query', schema: { type: 'boolean' } }],
    [{ name: 'page', in: 'query', schema: { type: 'object', properties: {} } }],
    [{ name: 'limit', in: 'query', schema: { type: 'integer' } }],
    [{ name: 'created_after', in: 'query' }],
  ]
  for (const parameters of none) {
    t.equal(makeTool(parameters).answer?.pagination, undefined, JSON.stringify(parameters))
  }
  const cursor = [{ name: 'cursor', in: 'query' }]
  t.ok(makeTool(cursor).answer?.pagination)
  t.equal(makeTool(cursor, { method: 'post' }).answer?.pagination, undefined)
  t.equal(makeTool(cursor, { bind: { cursor: 'principal.subject' } }).answer?.pagination, undefined)
})
