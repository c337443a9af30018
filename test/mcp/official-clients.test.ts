import {
  Client as ClientV2,
  StreamableHTTPClientTransport as TransportV2,
} from '@modelcontextprotocol/client'
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as TransportV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import t from 'tap'
import { openDoor } from './fake-door.ts'

const requestInit = { headers: { authorization: 'Bearer good' } }

t.test('SDK v1 lists and calls tools', async t => {
  const { url, door } = await openDoor(t)
  const client = new ClientV1({ name: 'v1', version: '1' })
  await client.connect(new TransportV1(new URL(url), { requestInit }))
  t.teardown(() => client.close())
  t.match(client.getServerVersion(), { name: 'fake', version: '1.2.3' })
  const { tools } = await client.listTools()
  t.equal(tools.length, 5)
  const result = await client.callTool({ name: 'echo', arguments: { text: 'hi' } })
  t.match(result.content, [{ type: 'text', text: '{"text":"hi"}' }])
  t.match(await client.callTool({ name: 'structured' }), { structuredContent: { a: 1 } })
  await t.rejects(client.callTool({ name: 'hidden' }), /insufficient_scope/)
  await t.rejects(client.callTool({ name: 'nope' }), { code: -32602 })
  await client.ping()
  t.equal(door.calls[0]?.protocolVersion, '2025-11-25')
})

for (const [mode, version] of [
  ['legacy', '2025-11-25'],
  ['auto', '2026-07-28'],
] as const) {
  t.test(`SDK v2 in mode ${mode} lists and calls tools`, async t => {
    const { url, door } = await openDoor(t)
    const client = new ClientV2({ name: 'v2', version: '1' }, { versionNegotiation: { mode } })
    await client.connect(new TransportV2(new URL(url), { requestInit }))
    t.teardown(() => client.close())
    const { tools } = await client.listTools()
    t.equal(tools.length, 5)
    const result = await client.callTool({ name: 'echo', arguments: { text: 'hi' } })
    t.match(result.content, [{ type: 'text', text: '{"text":"hi"}' }])
    t.match(await client.callTool({ name: 'structured' }), { structuredContent: { a: 1 } })
    await t.rejects(client.callTool({ name: 'hidden' }), /insufficient scope/i)
    await t.rejects(client.callTool({ name: 'nope' }), { code: -32602 })
    t.equal(door.calls[0]?.protocolVersion, version)
  })
}

t.test('SDK v2 hears of changed tools', async t => {
  const { url, door } = await openDoor(t)
  const changed = Promise.withResolvers<void>()
  const client = new ClientV2(
    { name: 'v2', version: '1' },
    {
      versionNegotiation: { mode: 'auto' },
      listChanged: { tools: { onChanged: () => changed.resolve() } },
    },
  )
  await client.connect(new TransportV2(new URL(url), { requestInit }))
  t.teardown(() => client.close())
  door.toolsChanged.notify()
  await changed.promise
  t.pass('notified')
})

t.test('a client without a credential is told so', async t => {
  const { url } = await openDoor(t)
  const v1 = new ClientV1({ name: 'v1', version: '1' })
  await t.rejects(v1.connect(new TransportV1(new URL(url))), /missing_token/)
  const v2 = new ClientV2({ name: 'v2', version: '1' }, { versionNegotiation: { mode: 'auto' } })
  await t.rejects(v2.connect(new TransportV2(new URL(url))))
})
