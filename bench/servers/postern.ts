/**
 * Postern as it runs in production, through its composition root: SQLite store (or Redis, with a limit that all calls
 * are counted against), a minted token, policy, argument validation, and an audit line per call in a file.
 */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createApp } from '../../src/app.ts'
import { mintToken } from '../../src/auth/mint-token.ts'
import { loadConfig } from '../../src/config/load.ts'
import type { ConfigInput } from '../../src/config/schema.ts'
import { openApiDocument } from '../openapi-document.ts'
import { serveChild } from '../serve-child.ts'
import { fillStore } from './fill-store.ts'
import { startRedis } from './start-redis.ts'

await serveChild(
  async (backend = '', directory = '', tools = '', scope = '', store = 'sqlite', tokens = '0') => {
    const file = join(directory, 'postern.yaml')
    await writeFile(join(directory, 'openapi.json'), JSON.stringify(openApiDocument(Number(tools))))
    // JSON is YAML.
    const fleet: Partial<ConfigInput> = store === 'redis' ? await shared(directory) : {}
    await writeFile(file, JSON.stringify({ ...configuration(backend), ...fleet }))
    if (Number(tokens) > 0) await fillStore(join(directory, 'postern.db'), Number(tokens))

    const app = await createApp(loadConfig(file))
    const holder = { name: 'bench', subject: 'ada', roles: ['member'], scopes: [scope] }
    const { token, record } = mintToken({ prefix: 'bench_pat_', ...holder }, Date.now())
    await app.store.createToken(record)
    return { url: await app.listen(), token }
  },
)

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
    auth: [{ type: 'token', prefix: 'bench_pat_' }],
    passthrough: { path: '/api', api: 'bench' },
    audit: { to: 'file', path: './audit.jsonl' },
    log: { level: 'warn' },
  }
}
