import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'
import type { Test } from 'tap'

/** A Redis server of this test alone. */
export interface RedisServer {
  /** `redis://127.0.0.1:<port>/0` */
  readonly url: string
  /** Stops the process at once, as a crash would, and resolves when it is gone. */
  kill(): Promise<void>
  /** Stops and continues the process: it keeps its connections and answers nothing. */
  freeze(): void
  thaw(): void
}

/** False where there is no redis-server; then the tests that need one say that they are skipped. */
export function hasRedis(): boolean {
  return spawnSync('redis-server', ['--version'], { stdio: 'ignore' }).status === 0
}

/** Starts redis-server on a free loopback port with an empty directory; it ends with the test. */
export async function startRedis(t: Test, port?: number, more: readonly string[] = []): Promise<RedisServer> {
  const directory = t.testdir()
  const chosen = port ?? (await freePort())
  const child = spawn(
    'redis-server',
    [
      '--bind',
      '127.0.0.1',
      '--port',
      String(chosen),
      '--dir',
      directory,
      '--save',
      '',
      '--daemonize',
      'no',
      ...more,
    ],
    { stdio: ['ignore', 'pipe', 'pipe'], cwd: join(directory) },
  )
  const gone = once(child, 'exit')
  const kill = async () => {
    child.kill('SIGKILL')
    await gone
  }
  t.teardown(kill)
  let log = ''
  for await (const chunk of child.stdout) {
    log += chunk
    if (log.includes('Ready to accept connections')) break
  }
  if (!log.includes('Ready to accept connections')) throw new Error(`redis-server did not start: ${log}`)
  return {
    url: `redis://127.0.0.1:${chosen}/0`,
    kill,
    freeze: () => child.kill('SIGSTOP'),
    thaw: () => child.kill('SIGCONT'),
  }
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
