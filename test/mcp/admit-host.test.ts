import type { IncomingMessage } from 'node:http'
import t from 'tap'
import { createAccess } from '../../src/mcp/access.ts'
import { admitHost } from '../../src/mcp/admit-host.ts'

const access = createAccess({
  publicUrl: 'https://mcp.acme.example',
  listenHost: '127.0.0.1',
  allowedHosts: undefined,
  allowedOrigins: undefined,
})

function ask(host: string | undefined): void {
  admitHost(access, { headers: { host }, socket: { localPort: 8080 } } as unknown as IncomingMessage)
}

t.test('only requests for this gateway are let through', async t => {
  t.doesNotThrow(() => ask('mcp.acme.example'))
  t.doesNotThrow(() => ask('127.0.0.1:8080'))
  for (const host of ['evil.example', 'mcp.acme.example.evil.example', '127.0.0.1:9', '', undefined]) {
    t.throws(() => ask(host), { code: 'host_not_allowed' }, String(host))
  }
})
