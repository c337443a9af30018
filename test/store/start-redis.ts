/**
 * Redis servers of one test alone: started by it on free loopback ports, in empty directories, ended with it. No test
 * ever uses a server that it did not start: each learns from its own child process that this one is ready.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'

/** A Redis server of this test alone. */
export interface RedisServer {
  /** `redis://127.0.0.1:<port>/0` */
  readonly url: string
  readonly port: number
  /** Stops the process at once, as a crash would, and resolves when it is gone. */
  kill(): Promise<void>
  /** Stops and continues the process: it keeps its connections and answers nothing. */
  freeze(): void
  thaw(): void
}

const MISSING =
  'redis-server is not installed. On Debian and Ubuntu: apt-get install redis-server (as root, `npm test` does it ' +
  'itself); on macOS: brew install redis. No server needs to run: the tests start their own.'

/**
 * False where there is no redis-server: then the tests that need one are skipped, and say so.
 *
 * @throws where `CI` is set, because there nobody would see that they were skipped.
 */
function hasRedis(): boolean {
  if (isInstalled('redis-server', '--version')) return true
  if (isContinuousIntegration()) throw new Error(MISSING)
  return false
}

/** What `skip` of a test is: false, or why it is skipped. Throws like {@link hasRedis}. */
export function withoutRedis(): string | false {
  return hasRedis() ? false : MISSING
}

/** True in continuous integration, where a missing server is a failure. */
export function isContinuousIntegration(): boolean {
  return !['', '0', 'false', undefined].includes(process.env.CI?.toLowerCase())
}

/** True if a command can be run. */
export function isInstalled(command: string, versionArgument: string): boolean {
  return spawnSync(command, [versionArgument], { stdio: 'ignore' }).status === 0
}

/** What the log says once the server answers, on a port or a socket. */
export const READY = 'eady to accept connections'

/** Starts redis-server on a loopback port, without one given on a free one; it ends with the test. */
export async function startRedis(t: Test, port?: number, more: readonly string[] = []): Promise<RedisServer> {
  for (let attempt = 0; ; attempt++) {
    const chosen = port ?? (await freePort())
    const args = ['--bind', '127.0.0.1', '--port', String(chosen), '--save', '', ...more]
    try {
      const server = await startRedisProcess(t, args, READY)
      return { url: `redis://127.0.0.1:${chosen}/0`, port: chosen, ...server }
    } catch (error) {
      // Another process may have taken a free port before Redis did.
      if (port !== undefined || attempt === 4 || !String(error).includes('Address already in use'))
        throw error
    }
  }
}

/** Starts redis-server with arguments in an empty directory; resolves when its log says that it is ready. */
export async function startRedisProcess(
  t: Test,
  args: readonly string[],
  ready: string,
  directory = mkdtempSync(join(tmpdir(), 'postern-redis-')),
): Promise<Pick<RedisServer, 'kill' | 'freeze' | 'thaw'>> {
  const child = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'pipe'], cwd: directory })
  const gone = once(child, 'exit')
  const kill = async () => {
    child.kill('SIGKILL')
    await gone
  }
  t.teardown(async () => {
    await kill()
    rmSync(directory, { recursive: true, force: true })
  })
  const log = await readUntil(child, ready)
  if (!log.includes(ready)) throw new Error(`redis-server did not start: ${log}`)
  return { kill, freeze: () => child.kill('SIGSTOP'), thaw: () => child.kill('SIGCONT') }
}

/** All that a process wrote until a text came or it ended; what comes later is read and forgotten. */
async function readUntil({ stdout }: ChildProcess, text: string): Promise<string> {
  let log = ''
  if (stdout === null) return log
  await new Promise<void>(resolve => {
    setTimeout(resolve, 10_000).unref()
    stdout.on('data', chunk => {
      if (log.includes(text)) return
      log += chunk
      if (log.includes(text)) resolve()
    })
    stdout.once('end', resolve)
  })
  return log
}

/** A loopback port that nothing listens on at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

/** Asks again until the answer is true; fails after `seconds`, saying what it waited for. */
export async function waitUntil(
  what: string,
  isTrue: () => Promise<boolean> | boolean,
  seconds = 20,
): Promise<void> {
  const deadline = Date.now() + seconds * 1_000
  while (!(await isTrue())) {
    if (Date.now() > deadline) throw new Error(`${what}: not within ${seconds} s`)
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}
