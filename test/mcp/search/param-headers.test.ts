/** Clients mirror arguments in headers by the schemas that they were shown; those of execute tools ask for none. */
import t from 'tap'
import { createSearchSurface } from '../../../src/catalogue/search/search-surface.ts'
import { fakeTool, openDoor, postModern } from '../fake-door.ts'

t.test(
  'a call through an execute tool needs no header of the tool behind, and none is held against it',
  async t => {
    const tool = fakeTool('query', { region: { type: 'string', 'x-mcp-header': 'Region' } })
    const surface = createSearchSurface({
      name: 'acme',
      title: 'Acme',
      tools: [tool],
      above: 0,
      isTaken: () => false,
    })
    const listed = [surface.search, surface.describe, surface.execute.read]
    const { url, door } = await openDoor(t, {
      server: {
        path: '/mcp',
        tools: [tool],
        byName: new Map([[tool.name, tool]]),
        search: { listed: () => listed, find: () => undefined },
      },
      visibleTools: () => listed,
    })
    const { json } = await postModern(url, 'tools/list')
    t.same(
      json.result.tools.map(({ name }: { name: string }) => name),
      ['acme_search_tools', 'acme_describe_tool', 'acme_execute_read'],
    )
    t.notMatch(JSON.stringify(json), 'x-mcp-header')
    const params = { name: 'acme_execute_read', arguments: { name: 'query', arguments: { region: 'a' } } }
    for (const headers of [{}, { 'mcp-param-region': 'b' }]) {
      const reply = await postModern(url, 'tools/call', params, headers)
      t.not(reply.json.error?.code, -32020)
    }
    t.equal(door.calls.length, 2)
    const misnamed = await postModern(url, 'tools/call', params, { 'mcp-name': 'query' })
    t.equal(misnamed.json.error.code, -32020, 'the header names the tool that is called')
  },
)
