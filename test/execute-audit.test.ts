/** What runs through an execute tool is audited as the tool that ran: its name, its secrets kept out. */
import t from 'tap'
import type { AuditRecord } from '../src/audit/record.ts'
import { createCallTool } from '../src/call-tool.ts'
import { createSearchSurface } from '../src/catalogue/search/search-surface.ts'
import type { JsonObject, Tool } from '../src/catalogue/tool.ts'
import { createSearchFront } from '../src/mcp/search/search-front.ts'
import { createPolicy, decide } from '../src/policy/decide.ts'
import { isSearching, listedTools } from '../src/policy/listed-tools.ts'
import { visibleTools } from '../src/policy/visible-tools.ts'
import { makePrincipal, makeTool } from './policy/make-tool.ts'

const policy = createPolicy({ scopes: {}, scopeHierarchy: true })
const LOGIN: Tool = {
  ...makeTool('acme_log_in', 'write:sessions', undefined, 'write'),
  isSensitive: path => path.join('.') === 'password',
}

/** Calls a tool as somebody with these scopes; nothing gets as far as a backend. */
async function call(name: string, args: JsonObject, scopes: readonly string[] = ['*']) {
  const tools = [LOGIN]
  const byName = new Map(tools.map(tool => [tool.name, tool]))
  const surface = createSearchSurface({ name: 'acme', title: 'Acme', tools, above: 0, isTaken: () => false })
  const search = createSearchFront({
    surface,
    byName,
    isSearching: principal => isSearching(policy, principal, surface),
    listed: principal => listedTools(policy, principal, surface),
    visible: principal => visibleTools(policy, principal, tools),
    isVisible: (principal, tool) => decide(policy, principal, tool).allow,
  })
  const records: AuditRecord[] = []
  const logged: string[] = []
  const callTool = createCallTool({
    decide: (each, tool) => decide(policy, each.caller.principal, tool),
    credentials: () => {
      throw new Error('the steps before are what is tested')
    },
    upstream: () => {
      throw new Error('not reached')
    },
    audit: record => records.push(record),
    onError: (_, each) => logged.push(each.name),
  })
  const failure = await callTool({
    server: { path: '/mcp', tools, byName, search },
    caller: { principal: makePrincipal(scopes), forwardable: {} },
    name,
    arguments: args,
    signal: new AbortController().signal,
    requestId: 'r-1',
    protocolVersion: '2026-07-28',
    client: undefined,
    remoteAddress: undefined,
  }).then(
    () => undefined,
    (error: unknown) => error,
  )
  return { record: records[0], records, logged, failure }
}

t.test('a sensitive argument is redacted, at its place in the tool’s own arguments', async t => {
  const { record, records, logged } = await call('acme_execute_write', {
    name: 'acme_log_in',
    arguments: { user: 'ada', password: 'S3cret-value' },
  })
  t.equal(records.length, 1)
  t.match(record, { tool: 'acme_log_in', via: 'acme_execute_write', tier: 'write' })
  t.same(record?.arguments, { user: 'ada', password: '[redacted]' })
  t.same(logged, ['acme_log_in'])
})

t.test('nor is it written when the call is refused, in whatever way', async t => {
  const args = { name: 'acme_log_in', arguments: { password: 'S3cret-value' } }
  for (const [name, given, scopes] of [
    ['acme_execute_read', args, ['*']],
    ['acme_execute_write', args, ['write:nothing', 'acme_execute_write']],
    ['acme_execute_write', { ...args, name: 'acme_login' }, ['*']],
    ['acme_execute_write', { ...args, password: 'S3cret-value' }, ['*']],
    ['acme_execute_write', { name: 'acme_log_in', arguments: 'S3cret-value' }, ['*']],
    ['acme_log_in', args.arguments, ['*']],
  ] as const) {
    const { records, failure } = await call(name, given, scopes)
    t.equal(records.length, 1)
    t.notMatch(JSON.stringify([records, String(failure)]), 'S3cret')
  }
})

t.test('a caller who may call nothing finds none of the gateway’s own tools', async t => {
  for (const name of ['acme_search_tools', 'acme_describe_tool', 'acme_execute_write']) {
    const { failure } = await call(name, { name: 'acme_log_in' }, ['read:nothing', name])
    t.match(failure, { code: 'unknown_tool' }, name)
  }
  t.match((await call('acme_log_in', {}, ['read:nothing'])).failure, { code: 'insufficient_scope' })
})
