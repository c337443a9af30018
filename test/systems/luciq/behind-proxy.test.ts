/** The same file behind a proxy that speaks TLS, on a cluster that has an address of its own. */
import { once } from 'node:events'
import { request as forward } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { connect as tlsConnect } from 'node:tls'
import t from 'tap'
import { makeAuthority, makeCertificate } from '../../make-certificate.ts'
import { type Credential, rpc } from '../ask.ts'
import { promise } from '../promise.ts'
import { startSystem } from '../system.ts'
import { createLuciq } from './backend.ts'
import { askHost } from './named-host.ts'

const HOST = 'mcp.northwind.example'
const product = createLuciq()
const northwind = await product.northwind.listen()
t.teardown(() => product.northwind.close())
const system = await startSystem(t, 'luciq', product, {
  env: {
    LUCIQ_NORTHWIND_URL: northwind,
    PUBLIC_URL: `https://${HOST}`,
    TLS_TERMINATED_BY: 'proxy',
  },
})
const authority = makeAuthority()
const origin = await startProxy()
const proxied = { origin, ca: authority.cert, host: HOST }
const COURIER = { 'northwind-courier': ['production'] } as const
const LIST = { name: 'list_applications', arguments: {} }

promise(t, '003', 'TLS may also be a proxy’s in front, with the same file', async t => {
  t.match(system.origin, /^http:\/\/127\.0\.0\.1:/)
  const pair = product.account()
  const { status, body } = await askHost(proxied, pair, 'tools/call', LIST)
  t.equal(status, 200)
  t.match(body.result.structuredContent.data, [{ slug: 'luciqai' }])
  const refused = await askHost(proxied, { ...pair, Token: `${pair.Token}0` }, 'tools/list')
  t.equal(refused.status, 401)
  const { remoteAddress } = await system.audited(
    ({ event, code }) => event === 'refused' && code === 'invalid_token',
  )
  t.equal(remoteAddress, '192.0.2.44', 'callers are told apart by the address that the proxy reports')
  const socket = tlsConnect({
    port: Number(new URL(origin).port),
    host: '127.0.0.1',
    ca: authority.cert,
    servername: HOST,
  })
  await once(socket, 'secureConnect')
  t.match(socket.getProtocol(), /^TLSv1\.[23]$/)
  socket.destroy()
})

promise(
  t,
  '003',
  'a cluster with an address of its own takes the same file, and people are told that address',
  async t => {
    const { stdout } = await system.cli('connect', '--client', 'cursor', '--json')
    const [cursor] = JSON.parse(stdout).snippets
    t.equal(JSON.parse(cursor.text).mcpServers.luciq.url, `https://${HOST}/api/mcp`)
    const pair = product.account({ cluster: 'northwind', grants: COURIER })
    const { body } = await askHost(proxied, pair, 'tools/call', LIST)
    t.match(body.result.structuredContent.data, [{ slug: 'northwind-courier' }])
  },
)

t.test('who gets around the proxy needs both headers all the same', async t => {
  const { Email, Token } = product.account()
  const url = `${system.origin}/api/mcp`
  const some: readonly Credential[] = [{ Email }, { Token }]
  for (const part of some) t.equal((await rpc(url, part, 'tools/list')).status, 401)
})

/** Passes everything on in plain HTTP, with Host and the address of the client. */
async function startProxy(): Promise<string> {
  const { cert, key } = makeCertificate({ authority, names: [HOST] })
  const proxy = createServer({ cert, key, minVersion: 'TLSv1.2' }, (incoming, outgoing) => {
    const { method = 'GET', url = '/', headers } = incoming
    const options = { method, headers: { ...headers, 'x-forwarded-for': '192.0.2.44' } }
    const onwards = forward(system.origin + url, options, answer => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(outgoing)
    })
    onwards.on('error', () => outgoing.destroy())
    incoming.pipe(onwards)
  })
  t.teardown(() => {
    proxy.close()
    proxy.closeAllConnections()
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  return `https://127.0.0.1:${(proxy.address() as AddressInfo).port}`
}
