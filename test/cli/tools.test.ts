import t from 'tap'
import { documentOf } from '../serve-child.ts'
import { runPostern, workspace } from './run-postern.ts'

const RULES = {
  apis: [
    {
      name: 'billing',
      openapi: './openapi.json',
      upstream: 'http://127.0.0.1:9',
      tools: { rules: [{ match: { path: '/b' }, when: '"boss" in principal.roles' }] },
    },
  ],
}

t.test('every tool, as a table with all that a reviewer asks for', async t => {
  const { status, stdout, stderr } = runPostern(['tools', '--role', 'boss'], { cwd: workspace(t, RULES) })
  t.equal(status, 0, stderr)
  t.match(stdout, /^tool +tier +hints +scope +operation +~tokens\n/)
  t.match(stdout, /^acme_get_a +read +read-only, idempotent +read:a +GET \/a +\d+$/m)
  t.match(stdout, /^2 tools, about \d+ tokens\n$/m)
})

t.test('as a caller with these scopes and roles sees it', async t => {
  const cwd = workspace(t, RULES)
  const one = runPostern(['tools', '--scope', 'read:a', 'read:b'], { cwd })
  t.match(one.stdout, 'acme_get_a')
  t.notMatch(one.stdout, 'acme_get_b')
  t.match(one.stdout, /^1 tool, about/m)
  const none = runPostern(['tools', '--scope', 'read:nothing'], { cwd })
  t.equal(none.status, 0)
  t.match(none.stdout, 'No tool is visible')
})

t.test('--json', async t => {
  const { stdout } = runPostern(['tools', '--json', '--role', 'boss'], { cwd: workspace(t, RULES) })
  t.match(JSON.parse(stdout), [
    {
      name: 'acme_get_a',
      tier: 'read',
      hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
      scopes: ['read:a'],
      operation: 'GET /a',
      operationId: 'get_a',
      tokens: Number,
    },
    { name: 'acme_get_b', when: '"boss" in principal.roles' },
  ])
})

t.test('--server picks an endpoint, and an unknown one names those there are', async t => {
  const servers = [{ path: '/mcp' }, { path: '/mcp/b', tools: [{ path: '/b' }] }]
  const cwd = workspace(t, { servers }, documentOf(['/a', '/b']))
  const other = runPostern(['tools', '--server', '/mcp/b'], { cwd })
  t.match(other.stdout, 'acme_get_b')
  t.notMatch(other.stdout, 'acme_get_a')
  const unknown = runPostern(['tools', '--server', '/x'], { cwd })
  t.equal(unknown.status, 1)
  t.match(unknown.stderr, 'There is no server at /x. Configured: /mcp, /mcp/b.')
})

t.test('a server whose tools are searched: its tools all the same, and what is listed instead', async t => {
  const cwd = workspace(t, { ...RULES, servers: [{ expose: 'search' }] })
  const { stdout } = runPostern(['tools'], { cwd })
  t.match(stdout, /^acme_get_a +read/m)
  t.match(
    stdout,
    /^They are searched, not listed\. The list is acme_search_tools, acme_describe_tool, acme_execute_read: about \d+ tokens\.$/m,
  )
  t.type(JSON.parse(runPostern(['tools', '--json'], { cwd }).stdout).length, 'number', 'the JSON is as ever')
  const few = workspace(t, { ...RULES, servers: [{ searchAbove: 100 }] })
  t.notMatch(runPostern(['tools'], { cwd: few }).stdout, 'searched')
  t.match(
    runPostern(['check'], { cwd: few }).stdout,
    /^server \/mcp: its 2 tools are searched instead of listed by callers who may see more than 100$/m,
  )
})

t.test('--flag: as a caller of whom the product says so', async t => {
  const [api] = RULES.apis
  const when = '"beta" in principal.flags'
  const flagged = {
    apis: [{ ...api, tools: { rules: [{ match: { path: '/b' }, when }] } }],
    entitlements: { request: 'GET /users/{subject}', flags: 'features' },
  }
  const cwd = workspace(t, flagged)
  t.match(runPostern(['tools', '--flag', 'beta', 'x'], { cwd }).stdout, 'acme_get_b')
  t.notMatch(runPostern(['tools', '--flag', 'x'], { cwd }).stdout, 'acme_get_b')
})

t.test('where each tenant has a backend: what callers of any see, or those of one organisation', async t => {
  const [api] = RULES.apis
  const tenants = { by: 'principal.organization', upstreams: { north: 'http://127.0.0.1:9' } }
  const cwd = workspace(t, { apis: [{ ...api, tenants, tools: {} }] })
  t.match(runPostern(['tools'], { cwd }).stdout, /^2 tools, about/m)
  t.match(runPostern(['tools', '--organization', 'north'], { cwd }).stdout, /^2 tools, about/m)
  t.match(runPostern(['tools', '--organization', 'South'], { cwd }).stdout, 'No tool is visible')
  t.notMatch(runPostern(['lint', '--json'], { cwd }).stdout, /"tokens": ?0\b/)
})

t.test('--org: as a caller of this organisation, where conditions go by it', async t => {
  const [api] = RULES.apis
  const when = 'principal.organization == "north"'
  const cwd = workspace(t, { apis: [{ ...api, tools: { rules: [{ match: { path: '/b' }, when }] } }] })
  t.match(runPostern(['tools', '--org', 'north'], { cwd }).stdout, 'acme_get_b')
  for (const args of [[], ['--org', 'south']])
    t.notMatch(runPostern(['tools', ...args], { cwd }).stdout, 'acme_get_b')
})
