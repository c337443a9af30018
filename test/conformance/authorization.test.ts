/**
 * The official conformance suite's scenarios for authorization servers, against ours, with somebody who signs in and
 * allows; and its scenario of DNS rebinding, against an endpoint that OAuth guards. Its `auth/…` scenarios are for
 * clients: there the suite is the server.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { driveConsent } from '../clients/drive-consent.ts'
import { connect, type OAuthGateway, register, startGateway } from '../oauth/gateway.ts'
import { type Check, runSuite } from './run-suite.ts'

/** Every check of the authorization scenarios. */
const CHECKS = [
  'authorization-server-metadata-endpoint:authorization-server-metadata',
  'authorization-server-metadata-endpoint:authorization-server-metadata-cimd',
  'authorization-code-grant:authorization-code-grant',
]

for (const names of ['resource', 'no resource'] as const) {
  t.test(`all authorization scenarios pass, where the client names ${names}`, async t => {
    const gateway = await startGateway(t, { config: { publicUrl: undefined } })
    const { origin } = gateway.node
    const port = await freePort()
    const clientId = await register(gateway.node, { redirect_uris: [`http://127.0.0.1:${port}/callback`] })
    const output = outputOf(t)
    let driven: ReturnType<typeof driveConsent> | undefined
    const { exitCode, printed, checks } = await runSuite({
      args: [
        ...['authorization', '--url', origin, '--client-id', clientId, '--port', String(port)],
        ...(names === 'resource' ? ['--resource', `${origin}/mcp`] : []),
      ],
      output,
      onPrinted(text) {
        // It prints what a person is to open, and waits.
        const url = /^(http\S+\/oauth\/authorize\?\S+)\n/m.exec(text)?.[1]
        if (url !== undefined) driven ??= driveConsent(url, { credential: [pat(gateway)] })
      },
    })
    t.equal(exitCode, 0, 'the suite is content', exitCode === 0 ? {} : { printed })
    t.match((await driven)?.redirect.searchParams.get('iss'), origin)
    t.same(checks.map(entryOf).toSorted(), CHECKS.toSorted(), 'nothing was left out')
    for (const check of checks) t.equal(check.status, 'SUCCESS', `${entryOf(check)} ${check.message}`)
  })
}

for (const revision of ['2025-11-25', '2026-07-28']) {
  t.test(`nobody gets in by DNS rebinding, not even with a token: ${revision}`, async t => {
    const gateway = await startGateway(t)
    const { accessToken } = await connect(gateway)
    // The scenario is made for servers without authentication, and sends no credential.
    const url = await addToken(t, gateway.node.origin, accessToken)
    const { exitCode, printed, checks } = await runSuite({
      args: [
        ...['server', '--url', `${url}/mcp`, '--spec-version', revision],
        ...['--scenario', 'dns-rebinding-protection'],
      ],
      output: outputOf(t),
    })
    t.equal(exitCode, 0, 'the suite is content', exitCode === 0 ? {} : { printed })
    t.same(
      checks.map(({ id, status }) => [id, status]),
      [
        ['localhost-host-rebinding-rejected', 'SUCCESS'],
        ['localhost-host-valid-accepted', 'SUCCESS'],
      ],
    )
  })
}

/** Passes requests on with a token, Host and Origin as they are, but for its own name; the origin where it listens. */
async function addToken(t: Test, target: string, token: string): Promise<string> {
  const server = createServer((incoming, outgoing) => {
    const { method, url, headers } = incoming
    const host = headers.host === new URL(origin).host ? new URL(target).host : headers.host
    const onward = request(new URL(url ?? '/', target), {
      ...(method !== undefined && { method }),
      headers: { ...headers, host, authorization: `Bearer ${token}` },
    })
    onward.on('response', answer => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(outgoing)
    })
    incoming.pipe(onward)
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return origin
}

function pat({ product }: OAuthGateway): string {
  return product.credentials.pat(['*'])
}

function outputOf(t: Test): string {
  const output = mkdtempSync(join(tmpdir(), 'postern-conformance-'))
  t.teardown(() => rmSync(output, { recursive: true, force: true }))
  return output
}

/** The suite wants to be told where it is to listen. */
async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  await new Promise(done => server.close(done))
  return port
}

function entryOf({ scenario, id }: Check): string {
  return `${scenario}:${id}`
}
