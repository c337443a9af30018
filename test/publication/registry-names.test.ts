import t from 'tap'
import { registryNames } from '../../src/publication/registry-names.ts'

const named = (paths: readonly string[], name?: string, baseUrl = 'https://mcp.acme.com') =>
  Object.fromEntries(
    registryNames(
      {
        name: 'billing',
        publication: { tools: false, ...(name !== undefined && { name }) },
        servers: paths.map(path => ({ path, expose: 'tools' as const, profile: 'auto' as const })),
      },
      baseUrl,
    ),
  )

t.test('one server has the host in reverse and the configuration’s name', async t => {
  t.same(named(['/mcp']), { '/mcp': 'com.acme.mcp/billing' })
  t.same(named(['/']), { '/': 'com.acme.mcp/billing' })
  t.same(named(['/api/mcp/v1']), { '/api/mcp/v1': 'com.acme.mcp/billing' })
  t.same(named(['/mcp'], 'io.github.acme/x'), { '/mcp': 'io.github.acme/x' })
})

t.test('of several, each is named by what its path says', async t => {
  t.same(named(['/mcp', '/mcp/admin']), {
    '/mcp': 'com.acme.mcp/billing',
    '/mcp/admin': 'com.acme.mcp/billing-admin',
  })
  t.same(named(['/mcp/user', '/mcp/admin'], 'com.acme/x'), {
    '/mcp/user': 'com.acme/x-user',
    '/mcp/admin': 'com.acme/x-admin',
  })
})

t.test('names are different, whatever the paths are', async t => {
  for (const paths of [
    ['/mcp/v1', '/mcp/v2'],
    ['/a/b', '/a-b', '/a~b', '/a/b/mcp'],
    ['/', '/mcp', '/api/mcp'],
  ]) {
    const names = Object.values(named(paths))
    t.equal(new Set(names).size, paths.length, names.join(' '))
    for (const name of names) t.match(name, /^[a-zA-Z0-9.-]+\/[a-zA-Z0-9._-]+$/)
  }
})

t.test('addresses are not turned around', async t => {
  t.same(named(['/mcp'], undefined, 'http://127.0.0.1:8080'), { '/mcp': '127.0.0.1/billing' })
  t.same(named(['/mcp'], undefined, 'http://[::1]:8080'), { '/mcp': 'ip6-1/billing' })
  t.same(named(['/mcp'], undefined, 'http://localhost:8080'), { '/mcp': 'localhost/billing' })
})
