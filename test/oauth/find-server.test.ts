import t from 'tap'
import { findServer, tokenServers } from '../../src/oauth/find-server.ts'
import { createConfig, ISSUER } from './authorize/rooms.ts'

const config = createConfig({})
const surroundings = { baseUrl: () => ISSUER, config: () => config }

t.test('who names no server means the first that takes tokens', async t => {
  t.same(findServer(surroundings, undefined), { url: `${ISSUER}/mcp`, path: '/mcp' })
  t.same(findServer(surroundings, `${ISSUER}/mcp-other/`), { url: `${ISSUER}/mcp-other`, path: '/mcp-other' })
})

t.test('a server that takes none is not among them, nor is any other address', async t => {
  t.same(
    tokenServers(config).map(({ path }) => path),
    ['/mcp', '/mcp-other'],
  )
  for (const resource of [`${ISSUER}/closed`, `${ISSUER}/none`, 'https://evil.example/mcp', ''])
    t.throws(() => findServer(surroundings, resource), { code: 'oauth_invalid_target' }, resource)
  const none = { ...config, servers: config.servers.filter(({ path }) => path === '/closed') }
  t.throws(() => findServer({ ...surroundings, config: () => none }, undefined), {
    code: 'oauth_invalid_target',
  })
})
