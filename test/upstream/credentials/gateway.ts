/** A whole gateway in front of backends that write down what they are sent and say it again; all HTTP is real. */
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Test } from 'tap'
import { type App, createApp } from '../../../src/app.ts'
import { mintToken } from '../../../src/auth/mint-token.ts'
import { loadConfig } from '../../../src/config/load.ts'
import { createLog } from '../../../src/log.ts'
import {
  createSealedCredentials,
  type SealedCredentials,
} from '../../../src/upstream/credentials/sealed-credentials.ts'
import { createSealer } from '../../../src/upstream/credentials/sealer.ts'

/** One request as a backend got it. */
export interface Received {
  readonly url: string
  /** Names in lower case and values, as they came over the wire. */
  readonly headers: readonly (readonly [string, string])[]
}

/** A product that takes `Authorization: Bearer product-<subject>` at /me, redirects at /moved, and echoes elsewhere. */
export async function createBackend(t: Test) {
  const received: Received[] = []
  const server = createServer((request, response) => {
    const { rawHeaders, url = '' } = request
    const headers = rawHeaders.flatMap((name, index): [string, string][] =>
      index % 2 === 0 ? [[name.toLowerCase(), rawHeaders[index + 1] ?? '']] : [],
    )
    if (url === '/me') {
      const [, subject] = /^Bearer product-(\w+)$/.exec(request.headers.authorization ?? '') ?? []
      response.writeHead(subject === undefined ? 401 : 200, { 'content-type': 'application/json' })
      return void response.end(JSON.stringify({ id: subject }))
    }
    received.push({ url, headers })
    if (url === '/moved') return void response.writeHead(302, { location: '/things' }).end()
    const status = Number(/^\/fails\/(\d+)/.exec(url)?.[1] ?? 200)
    const echo = request.headers.authorization ?? ''
    response.writeHead(status, { 'content-type': 'application/json', 'x-echo': `you sent ${echo}` })
    response.end(JSON.stringify({ message: `you sent ${JSON.stringify(headers)}`, headers: request.headers }))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.closeAllConnections()
    return new Promise(resolve => server.close(resolve))
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    /** Values of a header of the last request, in whatever spelling it came. */
    last: (name: string): readonly string[] =>
      (received.at(-1)?.headers ?? []).flatMap(([key, value]) =>
        key.replaceAll('_', '-') === name ? [value] : [],
      ),
  }
}

const HEADERS = ['X-Acme-Identity', 'x_acme_identity', 'X-ACME-Key', 'Token', 'X_Token', 'X-Harmless']

const DOCUMENT = {
  openapi: '3.1.0',
  info: { title: 'Things', version: '1' },
  paths: Object.fromEntries(
    ['/things', '/moved', '/fails/401', '/fails/400', '/fails/500'].map(path => [
      path,
      {
        get: {
          operationId: `get${path.replaceAll('/', '_')}`,
          parameters: HEADERS.map(name => ({ name, in: 'header', schema: { type: 'string' } })),
          responses: { 200: { description: 'fine', content: { 'application/json': { schema: {} } } } },
        },
      },
    ]),
  ),
}

/** Starts a gateway with `settings`; an API has its document already. */
export async function createGateway(t: Test, settings: Readonly<Record<string, unknown>>) {
  const directory = t.testdir()
  const file = join(directory, 'postern.yaml')
  writeFileSync(join(directory, 'openapi.json'), JSON.stringify(DOCUMENT))
  const load = (changed: Readonly<Record<string, unknown>> = {}) => {
    const whole: Record<string, unknown> = {
      name: 'acme',
      publicUrl: 'http://127.0.0.1:8080',
      listen: { host: '127.0.0.1', port: 0 },
      store: { type: 'memory' },
      audit: { to: 'off' },
      ...settings,
      ...changed,
    }
    const apis = (whole.apis as object[]).map(api => ({ name: 'things', openapi: './openapi.json', ...api }))
    const passthrough = { path: '/api', api: apis[0]?.name }
    writeFileSync(file, JSON.stringify({ ...whole, apis, passthrough }))
    return loadConfig(file, { env: {} })
  }
  const config = load()
  const app: App = await createApp(config, { log: createLog('silent') })
  const origin = await app.listen()
  t.teardown(() => app.close())
  return {
    app,
    origin,
    url: `${origin}/mcp`,
    /** Puts changed settings in force. */
    reload: async (changed: Readonly<Record<string, unknown>>) => app.reload(load(changed)),
    /** A token that Postern minted. */
    async mint(subject = 'ada', organization?: string): Promise<string> {
      const { token, record } = mintToken(
        { prefix: 'acme_pat_', name: 'test', subject, organization, roles: ['boss'], scopes: ['*'] },
        Date.now(),
      )
      await app.store.createToken(record)
      return token
    },
    /** The sealed credentials in its store. */
    sealed(key: string): SealedCredentials {
      return createSealedCredentials(app.store, createSealer({ keys: [{ value: key }] }), 'acme')
    },
  }
}
