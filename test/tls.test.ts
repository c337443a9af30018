/** The gateway speaks HTTPS itself: what a client with the right authority gets, and what everybody else doesn't. */
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { type ConnectionOptions, type TLSSocket, connect as tlsConnect } from 'node:tls'
import t, { type Test } from 'tap'
import { Agent, request } from 'undici'
import type { Config } from '../src/config/config.ts'
import { createLog } from '../src/log.ts'
import { createTlsServer, HANDSHAKE_TIMEOUT, renewCertificate } from '../src/tls-server.ts'
import { type Built, build } from './build.ts'
import { type Made, makeAuthority, makeCertificate } from './make-certificate.ts'
import { prepare, serveChild, slowBackend } from './serve-child.ts'

const authority = makeAuthority()
const [first, second] = [makeCertificate({ authority }), makeCertificate({ authority })]

function tlsOf({ cert, key }: Made, more: object = {}): NonNullable<Config['listen']['tls']> {
  const texts = { certificate: cert, privateKey: key, isKeyOpen: false }
  return { cert: 'cert.pem', key: 'key.pem', minVersion: 'TLSv1.2', ...texts, ...more }
}

function buildTls(t: Test, more: object = {}): Promise<Built> {
  return build(t, config => ({
    ...config,
    publicUrl: undefined,
    listen: { host: '127.0.0.1', port: 0, tls: tlsOf(first, more) },
  }))
}

/** A client that takes certificates of the authority alone. */
function client(t: Test, connect: object = {}): Agent {
  const agent = new Agent({ connect: { ca: authority.cert, ...connect } })
  t.teardown(() => agent.destroy())
  return agent
}

async function call(
  url: string,
  token: string,
  dispatcher: Agent,
  method = 'tools/list',
  params: object = {},
) {
  const { statusCode, body, headers } = await request(url, {
    method: 'POST',
    dispatcher,
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2025-11-25',
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  })
  // biome-ignore lint/suspicious/noExplicitAny: tests read into answers of any shape
  return { status: statusCode, headers, body: (await body.json()) as any }
}

/** Resolves when TLS is agreed on. @throws what ends it */
async function handshake(t: Test, origin: string, options: ConnectionOptions = {}): Promise<TLSSocket> {
  const { port } = new URL(origin)
  const socket = tlsConnect({ host: '127.0.0.1', port: Number(port), ca: authority.cert, ...options })
  t.teardown(() => socket.destroy())
  await once(socket, 'secureConnect')
  socket.on('error', () => {})
  return socket
}

t.test('calls over TLS 1.2 and 1.3, and the addresses that clients are told are https', async t => {
  const { origin, url, mint, audit } = await buildTls(t)
  t.match(origin, /^https:\/\/127\.0\.0\.1:\d+$/)
  const { token } = await mint(['*'])
  for (const version of ['TLSv1.2', 'TLSv1.3']) {
    const answer = await call(
      url,
      token,
      client(t, { minVersion: version, maxVersion: version }),
      'tools/call',
      { name: 'tally_list_contacts', arguments: {} },
    )
    t.equal(answer.status, 200, version)
    t.notOk(answer.body.result?.isError, version)
    t.notOk('strict-transport-security' in answer.headers, 'other names of the host are none of ours')
  }
  t.match(audit(), [{ outcome: 'ok', remoteAddress: '127.0.0.1' }, { outcome: 'ok' }])
  const stranger = new Agent({ connect: { ca: makeAuthority('stranger').cert } })
  t.teardown(() => stranger.destroy())
  await t.rejects(call(url, token, stranger), 'a client that knows another authority')
})

t.test('older versions are refused, and 1.2 where 1.3 is asked for', async t => {
  const old = {
    minVersion: 'TLSv1',
    maxVersion: 'TLSv1.1',
    ciphers: 'DEFAULT:@SECLEVEL=0',
  } as const
  const { origin } = await buildTls(t)
  await t.rejects(handshake(t, origin, old), { code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION' })
  const strict = await buildTls(t, { minVersion: 'TLSv1.3' })
  await t.rejects(handshake(t, strict.origin, { maxVersion: 'TLSv1.2' }), {
    code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
  })
  t.equal((await handshake(t, strict.origin)).getProtocol(), 'TLSv1.3')
})

t.test('no cipher without forward secrecy is chosen by usual clients, and none may renegotiate', async t => {
  const { origin } = await buildTls(t)
  const socket = await handshake(t, origin, { maxVersion: 'TLSv1.2' })
  t.match(socket.getCipher().name, /^ECDHE-.*(GCM|POLY1305)/)
  const failed = await new Promise<Error | null>(done => {
    socket.on('error', done)
    socket.renegotiate({}, done)
  })
  t.ok(failed, 'refused')
})

t.test('plain HTTP is told what to write, is no request, and does not fill the log', async t => {
  const { origin, url, audit, mint } = await buildTls(t)
  const { token } = await mint(['*'])
  const port = Number(new URL(origin).port)
  for (let round = 0; round < 10; round += 1) {
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    socket.write(
      `POST /mcp HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Length: 2\r\n\r\n{}`,
    )
    const answer = await text(socket)
    t.match(answer, /^HTTP\/1\.1 400 /)
    t.match(answer, /connection: close/i)
    t.match(answer, 'This port speaks HTTPS')
  }
  t.same(audit(), [])
  t.equal((await call(url, token, client(t))).status, 200)
})

t.test('who never agrees on TLS is let go; the log gets one line a minute', async t => {
  const lines: Record<string, unknown>[] = []
  const log = createLog('info', { write: (line: string) => void lines.push(JSON.parse(line)) })
  let now = 1_000_000
  const server = createTlsServer(() => {}, tlsOf(first), { log, handshakeTimeout: 30, now: () => now })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const address = server.address()
  const port = typeof address === 'object' ? Number(address?.port) : 0
  t.ok(HANDSHAKE_TIMEOUT <= 10_000)
  const attempt = async (bytes: Buffer) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => {}).resume()
    socket.write(bytes)
    await new Promise(done => socket.once('close', done))
  }
  await attempt(Buffer.from([0x16, 3, 1, 2, 0, 1]))
  for (let round = 0; round < 5; round += 1) await attempt(Buffer.from('rubbish that is no TLS\n'))
  t.match(lines, [
    { msg: 'a TLS handshake failed', code: 'ERR_TLS_HANDSHAKE_TIMEOUT', remoteAddress: '127.0.0.1' },
  ])
  t.equal(lines.length, 1)
  now += 60_000
  await attempt(Buffer.from('rubbish that is no TLS\n'))
  t.equal(lines.length, 2)
  t.match(lines[1], { untold: 5 })
  renewCertificate(server, tlsOf(first), log)
  t.equal(lines.length, 2, 'the same certificate is no new one')
  renewCertificate(server, tlsOf(second), log)
  t.match(lines[2], { msg: 'new certificate', ends: /^20/ })
})

t.test('a renewed certificate is taken under load: no call fails, no connection is dropped', async t => {
  const { app, config, origin, url, mint } = await buildTls(t)
  const { token } = await mint(['*'])
  const kept = client(t)
  const before = await handshake(t, origin)
  const statuses: number[] = []
  let isOver = false
  const load = Array.from({ length: 4 }, async (_, worker) => {
    while (!isOver) {
      // Half of the calls come over new connections.
      const agent = worker < 2 ? kept : new Agent({ connect: { ca: authority.cert } })
      statuses.push((await call(url, token, agent)).status)
      if (agent !== kept) await agent.close()
    }
  })
  const renewed: Config = { ...config, listen: { ...config.listen, tls: tlsOf(second) } }
  await app.reload(renewed)
  const after = await handshake(t, origin)
  const count = statuses.length
  while (statuses.length < count + 20) await call(url, token, kept)
  isOver = true
  await Promise.all(load)
  t.same([...new Set(statuses)], [200])
  t.equal(before.getPeerX509Certificate()?.toString(), first.cert)
  t.equal(after.getPeerX509Certificate()?.toString(), second.cert)
  t.notOk(before.destroyed, 'the connection from before stays')
  before.write('GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n')
  t.match(await text(before), /^HTTP\/1\.1 200 /)
})

t.test('a drain waits for nobody who has asked nothing', async t => {
  const { app, origin } = await buildTls(t)
  const idle = await handshake(t, origin)
  const begun = connect(Number(new URL(origin).port), '127.0.0.1')
  begun.on('error', () => {}).resume()
  begun.write(Buffer.from([0x16, 3, 1, 2, 0, 1]))
  const silent = connect(Number(new URL(origin).port), '127.0.0.1')
  silent.on('error', () => {}).resume()
  await Promise.all([begun, silent].map(socket => once(socket, 'connect')))
  const closed = [idle, begun, silent].map(
    (socket: Socket) => new Promise(done => socket.resume().once('close', done)),
  )
  const start = performance.now()
  await app.close()
  await Promise.all(closed)
  t.ok(performance.now() - start < 3_000)
})

t.test('serve from a YAML: a wrong certificate changes nothing, a good one is taken by itself', async t => {
  const backend = await slowBackend(t)
  const prepared = await prepare(t, backend.url, {
    listen: { host: '127.0.0.1', port: 0, tls: { cert: './cert.pem', key: './key.pem' } },
  })
  const write = ({ cert, key }: Made) => {
    writeFileSync(join(prepared.directory, 'cert.pem'), cert)
    writeFileSync(join(prepared.directory, 'key.pem'), key, { mode: 0o600 })
  }
  write(first)
  const gateway = await serveChild(t, prepared.file)
  t.match(gateway.origin, /^https:/)
  const url = `${gateway.origin}/mcp`
  const call1 = await call(url, prepared.token, client(t), 'tools/call', { name: 'slow_get_fast' })
  t.equal(call1.body.result.isError, false)

  write({ cert: second.cert, key: first.key })
  gateway.child.kill('SIGHUP')
  const refused = await gateway.logged('not reloaded; the old configuration stays')
  t.match(refused.problems, [/listen\.tls\.key: the key does not belong to the certificate/])
  const still = await handshake(t, gateway.origin)
  t.equal(still.getPeerX509Certificate()?.toString(), first.cert)

  write(second)
  await gateway.logged('new certificate')
  const now = await handshake(t, gateway.origin)
  t.equal(now.getPeerX509Certificate()?.toString(), second.cert)
  t.equal((await call(url, prepared.token, client(t))).status, 200)
  gateway.child.kill('SIGTERM')
  t.same(await gateway.exited, { code: 0, signal: null })
  t.match(gateway.errors(), /at https:\/\/127\.0\.0\.1:\d+\/mcp/)
})
