import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'

/**
 * Starts redis-server on a free loopback port; it ends with this process. As in production it writes down what it is
 * told (`appendonly`, synced once a second). Its CPU time is not this process's.
 *
 * @returns `redis://127.0.0.1:<port>`
 * @throws Error if there is no redis-server, or it does not start
 */
export async function startRedis(directory: string): Promise<string> {
  const port = await freePort()
  const settings = ['--save', '', '--appendonly', 'yes', '--appendfsync', 'everysec']
  const redis = spawn(
    'redis-server',
    ['--bind', '127.0.0.1', '--port', String(port), '--dir', directory, ...settings],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  )
  process.once('exit', () => redis.kill('SIGKILL'))
  await once(redis, 'spawn')
  let log = ''
  for await (const chunk of redis.stdout) {
    log += chunk
    if (!log.includes('Ready to accept connections')) continue
    redis.stdout.resume()
    return `redis://127.0.0.1:${port}`
  }
  throw new Error(`redis-server did not start: ${log}`)
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
