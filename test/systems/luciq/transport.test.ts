/** How Luciq's endpoint is spoken to: where it is, JSON-RPC 2.0, and over TLS 1.2 or later alone. */
import { once } from 'node:events'
import { type ConnectionOptions, connect as tlsConnect } from 'node:tls'
import t from 'tap'
import { ask, rpc } from '../ask.ts'
import { promise } from '../promise.ts'
import { createLuciq } from './backend.ts'
import { startLuciq } from './start.ts'

const product = createLuciq()
const { url, ...system } = await startLuciq(t, product)

/** Clients that still speak what is too old; without the level, they would not even offer it. */
const OLD = { minVersion: 'TLSv1', ciphers: 'DEFAULT:@SECLEVEL=0' } as const

promise(t, '003', 'the endpoint is /api/mcp on the product’s own host', async t => {
  const pair = product.account()
  t.equal((await rpc(url, pair, 'tools/list')).status, 200)
  for (const path of ['/', '/mcp', '/api', '/api/mcp/', '/api/mcp/v1', '/API/MCP']) {
    t.not((await rpc(system.origin + path, pair, 'tools/list')).status, 200, path)
  }
  const { body } = await ask(`${system.origin}/llms.txt`)
  t.match(body, /`https:\/\/api\.instabug\.com\/api\/mcp`/, 'as it tells everybody')
})

promise(t, '003', 'it speaks JSON-RPC 2.0', async t => {
  const { Email, Token } = product.account()
  const send = (body: string) =>
    ask(url, {
      method: 'POST',
      headers: {
        ...{ Email, Token, 'content-type': 'application/json', 'mcp-protocol-version': '2025-11-25' },
        accept: 'application/json, text/event-stream',
      },
      body,
    })
  const message = (more: object) =>
    send(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', ...more }))
  for (const id of [7, 'seven']) t.match((await message({ id })).body, { jsonrpc: '2.0', id, result: {} })
  const notified = await send(JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' }))
  t.same([notified.status, notified.body], [202, ''], 'a notification has no answer')
  const mistakes: readonly (readonly [string, Awaited<ReturnType<typeof send>>, number])[] = [
    ['no JSON', await send('{"jsonrpc":'), -32_700],
    ['another version', await message({ jsonrpc: '1.0' }), -32_600],
    ['no method', await message({ method: undefined, params: {} }), -32_600],
    ['a method that there is not', await message({ method: 'crashes/list' }), -32_601],
    ['parameters that don’t fit', await message({ method: 'tools/call', params: { name: 7 } }), -32_602],
  ]
  for (const [what, { body }, code] of mistakes) t.match(body, { jsonrpc: '2.0', error: { code } }, what)
})

promise(t, '003', 'all of it is over HTTPS, with TLS 1.2 or later', async t => {
  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    t.equal(await spoken({ minVersion: version, maxVersion: version }), version)
  }
  for (const version of ['TLSv1', 'TLSv1.1'] as const) {
    await t.rejects(spoken({ ...OLD, maxVersion: version }), { code: /PROTOCOL_VERSION/ }, version)
  }
})

promise(t, '003', 'nothing is answered in the clear, whoever asks', async t => {
  const pair = product.account()
  const before = product.received.length
  const plain = url.replace('https:', 'http:')
  const { status, body } = await rpc(plain, pair, 'tools/call', { name: 'list_applications' })
  t.equal(status, 400)
  t.match(JSON.stringify(body), /https:/)
  t.notMatch(JSON.stringify(body), /luciqai/)
  t.equal(product.received.length, before, 'and the product is not asked')
})

t.test('clients see by the certificate whether they speak to the product’s host', async t => {
  t.equal(await spoken({ servername: 'api.instabug.com' }), 'TLSv1.3')
  await t.rejects(spoken({ servername: 'api.instabug.example' }), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' })
  await t.rejects(spoken({ ca: [] }), { code: /UNABLE_TO_/ })
})

/** The version that was agreed on. @throws what ends the handshake */
async function spoken(options: ConnectionOptions): Promise<string | null> {
  const port = Number(new URL(system.origin).port)
  const socket = tlsConnect({ host: '127.0.0.1', port, ca: system.authority.cert, ...options })
  try {
    await once(socket, 'secureConnect')
    return socket.getProtocol()
  } finally {
    socket.destroy()
  }
}
