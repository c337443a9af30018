/**
 * Postern as it runs in production, through its composition root: SQLite store (or Redis, with a limit that all calls
 * are counted against), a minted token (or one of its authorization server), policy, argument validation, and an audit line per call in a file.
 */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createApp } from '../../src/app.ts'
import { type MintedToken, mintToken } from '../../src/auth/mint-token.ts'
import { loadConfig } from '../../src/config/load.ts'
import type { ConfigInput } from '../../src/config/schema.ts'
import { openApiDocument } from '../openapi-document.ts'
import { serveChild } from '../serve-child.ts'
import { fillStore } from './fill-store.ts'
import { startRedis } from './start-redis.ts'

const MINTED: ConfigInput['auth'] = [{ type: 'token', prefix: 'bench_pat_' }]
const CONNECTED: ConfigInput['auth'] = [
  { type: 'oauth', signIn: [{ type: 'product', verify: { request: 'GET /me', grant: ['read:*'] } }] },
]

await serveChild(
  async (
    backend = '',
    directory = '',
    tools = '',
    scope = '',
    store = 'sqlite',
    tokens = '0',
    scheme = 'token',
  ) => {
    const file = join(directory, 'postern.yaml')
    await writeFile(join(directory, 'openapi.json'), JSON.stringify(openApiDocument(Number(tools))))
    // JSON is YAML.
    const fleet: Partial<ConfigInput> = store === 'redis' ? await shared(directory) : {}
    const auth = scheme === 'oauth' ? { auth: [...MINTED, ...CONNECTED] } : {}
    await writeFile(file, JSON.stringify({ ...configuration(backend), ...fleet, ...auth }))
    if (Number(tokens) > 0) await fillStore(join(directory, 'postern.db'), Number(tokens))

    const app = await createApp(loadConfig(file))
    const url = await app.listen()
    const { token, record } = scheme === 'oauth' ? connected(scope, url) : minted(scope)
    await app.store.createToken(record)
    return { url, token }
  },
)

/** A token that somebody made and put into the client. */
function minted(scope: string): MintedToken {
  return mintToken({ prefix: 'bench_pat_', ...holder(scope) }, Date.now())
}

/** A token as a client gets it when somebody connects it, who signed in by the product. */
function connected(scope: string, url: string): MintedToken {
  const expiresAt = Date.now() + 3_600_000
  const oauth = () => ({
    grant: 'gra_bench',
    client: 'bench',
    resource: `${url}/mcp`,
    credential: 'crd_bench',
    sealed: undefined,
  })
  return mintToken({ prefix: 'bench_oat_', ...holder(scope), expiresAt, oauth }, Date.now())
}

function holder(scope: string) {
  return { name: 'bench', subject: 'ada', roles: ['member'], scopes: [scope] }
}

/** As one of several gateways has it: a limit that no call reaches is counted all the same. */
async function shared(directory: string): Promise<Partial<ConfigInput>> {
  return {
    store: { type: 'redis', url: await startRedis(directory) },
    limits: [{ per: 'principal', rate: '1000000000/min' }],
  }
}

function configuration(backend: string): ConfigInput {
  return {
    name: 'bench',
    listen: { host: '127.0.0.1', port: 0 },
    store: { type: 'sqlite', path: './postern.db' },
    apis: [
      {
        name: 'bench',
        openapi: './openapi.json',
        upstream: backend,
        connections: 128,
        credentials: { type: 'static', value: 'Bearer backend-credential' },
        tools: { prefix: '' },
      },
    ],
    auth: MINTED,
    passthrough: { path: '/api', api: 'bench' },
    audit: { to: 'file', path: './audit.jsonl' },
    log: { level: 'warn' },
  }
}
