/**
 * One start in a process of its own, `node --expose-gc bench/start-up-child.ts parse|serve DOCUMENT DIRECTORY`; prints
 * what it took as JSON. `parse` only parses the document; `serve` starts Postern for it and asks for the list of tools.
 */
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { type IncomingMessage, request } from 'node:http'
import { join } from 'node:path'
import { load } from 'js-yaml'
import { createApp } from '../src/app.ts'
import { mintToken } from '../src/auth/mint-token.ts'
import { loadConfig } from '../src/config/load.ts'
import type { ConfigInput } from '../src/config/schema.ts'
import { modernRequest } from './mcp-request.ts'

/** What one start took. */
export interface Start {
  /** Wall-clock milliseconds: of parsing alone, or from reading the configuration to the last byte of the list. */
  readonly ms: number
  /** Growth of the heap and of what V8 knows of outside it, after a full collection, in bytes. */
  readonly bytes: number
  /** Tools in the list; 0 where nothing was served. */
  readonly tools: number
}

const MODES: Readonly<Record<string, (document: string, directory: string) => Promise<Start>>> = {
  parse,
  serve,
}

const [mode = '', document = '', directory = ''] = process.argv.slice(2)
const start = await MODES[mode]?.(document, directory)
if (start === undefined) throw new Error(`there is no ${mode}`)
process.stdout.write(JSON.stringify(start))

async function parse(document: string): Promise<Start> {
  const text = await readFile(document, 'utf8')
  const before = await memory()
  const began = performance.now()
  const parsed: unknown = document.endsWith('.json') ? JSON.parse(text) : load(text)
  const ms = performance.now() - began
  const bytes = (await memory()) - before
  // Both are used down here, so that neither was collected before: the text is part of both figures.
  if (typeof parsed !== 'object' || text === '') throw new Error(`${document} is no document`)
  return { ms, bytes, tools: 0 }
}

async function serve(document: string, directory: string): Promise<Start> {
  const file = join(directory, 'postern.yaml')
  await writeFile(file, JSON.stringify(configuration(document)))
  const holder = { name: 'bench', subject: 'ada', roles: [], scopes: ['manage:*'] }
  const { token, record } = mintToken({ prefix: 'bench_pat_', ...holder }, Date.now())
  const before = await memory()
  const began = performance.now()
  const app = await createApp(loadConfig(file))
  await app.store.createToken(record)
  const url = await app.listen()
  const { length } = await ask(url, token, false)
  const ms = performance.now() - began
  const bytes = (await memory()) - before
  // Only now, since the measured process must not hold the client's copy of the list.
  const again = await ask(url, token, true)
  const tools: unknown[] = JSON.parse(again.text).result.tools
  const { catalogue } = app
  if (again.length !== length || tools.length !== catalogue.tools.length) {
    throw new Error(`${document}: the first list is not that of all tools`)
  }
  await app.close()
  return { ms, bytes, tools: tools.length }
}

/** Bytes in use, once everything that can be collected is. What is made in a task is kept until it is over. */
async function memory(): Promise<number> {
  const { gc } = globalThis
  if (gc === undefined) throw new Error('start it with --expose-gc')
  for (let round = 0; round < 3; round++) {
    await new Promise(resolve => setTimeout(resolve, 20))
    gc()
  }
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

async function ask(url: string, token: string, keep: boolean): Promise<{ length: number; text: string }> {
  const { method, path, headers, body } = modernRequest('tools/list', {}, token)
  const sent = request(`${url}${path}`, { method, headers, agent: false })
  sent.end(body)
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  if (response.statusCode !== 200) throw new Error(`tools/list: status ${response.statusCode}`)
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of response) {
    length += chunk.length
    if (keep) chunks.push(chunk)
  }
  return { length, text: Buffer.concat(chunks).toString() }
}

function configuration(document: string): ConfigInput {
  return {
    name: 'bench',
    listen: { host: '127.0.0.1', port: 0 },
    store: { type: 'sqlite', path: './postern.db' },
    apis: [
      {
        name: 'bench',
        openapi: document,
        upstream: 'http://127.0.0.1:9',
        credentials: { type: 'static', value: 'Bearer backend-credential' },
        tools: { prefix: '' },
      },
    ],
    auth: [{ type: 'token', prefix: 'bench_pat_' }],
    audit: { to: 'file', path: './audit.jsonl' },
    log: { level: 'error' },
  }
}
