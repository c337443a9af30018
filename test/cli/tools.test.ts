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
