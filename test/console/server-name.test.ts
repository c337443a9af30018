import t from 'tap'
import { serverName } from '../../src/console/server-name.ts'

/** What clients call the servers at these paths, `servers` as far as names go. */
function namesOf(...paths: string[]): string[] {
  const servers = paths.map(path => ({ path })) as Parameters<typeof serverName>[0]['servers']
  return paths.map(path => serverName({ name: 'acme', servers }, { path }))
}

t.test('the first is called like the product, others by what their path adds', async t => {
  t.same(namesOf('/mcp'), ['acme'])
  t.same(namesOf('/mcp/user', '/mcp/admin', '/reports', '/'), [
    'acme',
    'acme-admin',
    'acme-reports',
    'acme-root',
  ])
  t.same(namesOf('/api', '/mcp'), ['acme', 'acme-mcp'])
})

t.test('paths that are shortened or spelt alike have a name each', async t => {
  t.same(namesOf('/x', '/mcp/admin', '/admin', '/mcp-admin'), [
    'acme',
    'acme-admin',
    'acme-admin-2',
    'acme-mcp-admin',
  ])
  t.same(namesOf('/x', '/admin', '/mcp/admin', '/mcp-admin'), [
    'acme',
    'acme-admin',
    'acme-mcp-admin',
    'acme-mcp-admin-2',
  ])
  const many = namesOf('/x', '/a-b', '/a/b', '/a.b', '/mcp/a-b', '/a-b-2', '/mcp/a/b')
  t.equal(new Set(many).size, many.length, many.join(' '))
})

t.test('a server that is added at the end renames none', async t => {
  const before = namesOf('/x', '/mcp/admin', '/a/b')
  t.same(namesOf('/x', '/mcp/admin', '/a/b', '/admin', '/a-b').slice(0, 3), before)
})
