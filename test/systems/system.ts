/**
 * One of the five systems, as its users meet it: the product's backend, and in front of it the gateway as a process of
 * its own, `postern serve --config config/<name>.yaml`, with that file as it is. Where things are and what is secret
 * comes from the environment, through the placeholders that the file has.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'
import { COMPILE_CACHE } from '../compile-cache.ts'
import type { Product } from './product.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
/** What `postern` is in a clone. */
export const BIN = here('../../bin/postern.js')

export interface SystemOptions {
  /** Secrets and addresses that the file asks for, besides `PORT`, `STORE` and `<NAME>_URL`. */
  readonly env?: Readonly<Record<string, string>>
  /** How many gateways share the store; default 1. */
  readonly nodes?: number
}

/** A running system. */
export interface System {
  /** Of the first gateway: `http://127.0.0.1:…`, whatever `publicUrl` says. */
  readonly origin: string
  /** Of all gateways. */
  readonly origins: readonly string[]
  /** Base URL of the product's own API. */
  readonly upstream: string
  /**
   * Where a URL of the public name is really asked: the same path at the first gateway. One of this machine stays, as of
   * an identity provider that a test runs. Fits `new Browser(system.at)` of test/oauth/browser.ts.
   */
  readonly at: (url: string) => string
  /** Runs another command of `postern` with the same file, environment and store. */
  readonly cli: (...args: readonly string[]) => Promise<CliAnswer>
  /** What the gateways have audited so far, in the order of its arrival. */
  readonly audit: () => readonly AuditLine[]
  /** The first audit line, from now or before, that is like this; waits for it. */
  readonly audited: (isIt: (line: AuditLine) => boolean) => Promise<AuditLine>
  /** All that the gateways have logged so far. */
  readonly logged: () => string
}

/** A line of the audit. */
export interface AuditLine {
  readonly event: string
  readonly outcome: string
  readonly [member: string]: unknown
}

export interface CliAnswer {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Starts the product, then the gateways; all end with the test. */
export async function startSystem(
  t: Test,
  name: string,
  product: Product,
  { env = {}, nodes: count = 1 }: SystemOptions = {},
): Promise<System> {
  const directory = mkdtempSync(join(tmpdir(), `postern-${name}-`))
  const nodes: Node[] = []
  t.teardown(async () => {
    for (const { child } of nodes) child.kill('SIGKILL')
    await Promise.all(nodes.map(({ exited }) => exited))
    await product.close()
    rmSync(directory, { recursive: true, force: true })
  })
  const upstream = await product.listen()
  const environment = {
    PATH: process.env.PATH,
    ...COMPILE_CACHE,
    PORT: '0',
    STORE: join(directory, 'postern.db'),
    [`${name.toUpperCase()}_URL`]: upstream,
    ...env,
  }
  const start = (args: readonly string[]) =>
    spawn(process.execPath, [BIN, '--config', here(`../../config/${name}.yaml`), ...args], {
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  // One after the other: the first one makes the store.
  for (let index = 0; index < count; index++) nodes.push(await listening(start(['serve'])))
  const origins = nodes.map(({ origin }) => origin)
  const [origin = ''] = origins
  const audit = () => nodes.flatMap(({ audit: lines }) => lines)
  return {
    origin,
    origins,
    upstream,
    at: url => atGateway(url, origin),
    cli: (...args) => collect(start(args)),
    audit,
    async audited(isIt) {
      for (;;) {
        const line = audit().find(isIt)
        if (line !== undefined) return line
        await Promise.race(nodes.map(({ child }) => once(child, 'audited')))
      }
    },
    logged: () => nodes.map(({ log }) => log.join('\n')).join('\n'),
  }
}

function atGateway(url: string, origin: string): string {
  const { hostname, origin: named, href } = new URL(url)
  return /^(127\.0\.0\.1|localhost|\[::1\])$/.test(hostname) ? url : origin + href.slice(named.length)
}

/** One gateway. */
interface Node {
  readonly child: ChildProcess
  readonly origin: string
  readonly audit: AuditLine[]
  readonly log: string[]
  readonly exited: Promise<unknown>
}

/** Waits until a gateway says that it listens. @throws Error with its log if it ends before */
async function listening(child: ReturnType<typeof spawn>): Promise<Node> {
  const exited = once(child, 'close')
  const audit: AuditLine[] = []
  const log: string[] = []
  if (child.stdout === null || child.stderr === null) throw new Error('no output')
  createInterface({ input: child.stdout }).on('line', line => {
    audit.push(JSON.parse(line))
    child.emit('audited')
  })
  const origin = new Promise<string>(resolve => {
    createInterface({ input: child.stderr as NodeJS.ReadableStream }).on('line', line => {
      log.push(line)
      const { msg, url } = line.startsWith('{') ? JSON.parse(line) : {}
      if (msg === 'listening') resolve(url)
    })
  })
  const failed = exited.then(() => {
    throw new Error(`the gateway ended:\n${log.join('\n')}`)
  })
  failed.catch(() => {})
  return { child, origin: await Promise.race([origin, failed]), audit, log, exited }
}

async function collect(child: ChildProcess): Promise<CliAnswer> {
  let [stdout, stderr] = ['', '']
  child.stdout?.on('data', chunk => (stdout += chunk))
  child.stderr?.on('data', chunk => (stderr += chunk))
  const [code] = await once(child, 'close')
  return { code, stdout, stderr }
}
