import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import type { Test } from 'tap'
import { freePort, type RedisServer, startRedis, startRedisProcess, waitUntil } from '../start-redis.ts'
import { type Certificates, startTlsRedis, tlsArguments } from './start-tls-redis.ts'

/** A primary with a replica that follows it, and a Sentinel that makes the replica primary when the other is gone. */
export interface SentinelServers {
  readonly primary: RedisServer
  readonly replica: RedisServer
  /** Of the Sentinel; before it comes one where nothing listens, as after a crash. */
  readonly sentinels: { host: string; port: number }[]
  readonly master: string
  /** Resolves when the Sentinel names the replica as primary. */
  failedOver(): Promise<void>
}

export interface SentinelOptions {
  /** Everything speaks TLS, and nothing else. */
  readonly certificates?: Certificates
  /** Password at the servers, for the Sentinel and the test. */
  readonly password?: string
  readonly sentinelPassword?: string
  /** Nothing fails over, however slow the machine is: for tests in which no server is lost. */
  readonly steady?: boolean
}

/** Starts all three, and waits until the replica follows and the Sentinel knows it. */
export async function startSentinel(t: Test, options: SentinelOptions = {}): Promise<SentinelServers> {
  const { password, sentinelPassword, certificates } = options
  const args = [
    ...(password === undefined ? [] : ['--requirepass', password, '--masterauth', password]),
    ...['--repl-diskless-sync', 'yes', '--repl-diskless-sync-delay', '0'],
  ]
  const start = (more: readonly string[]) =>
    certificates === undefined
      ? startRedis(t, undefined, [...args, ...more])
      : startTlsRedis(t, certificates, false, [...args, ...more])
  const primary = await start([])
  const replica = await start(['--replicaof', '127.0.0.1', String(primary.port)])
  const leader = connect(t, primary.port, password, certificates)
  await waitUntil('the replica follows', async () =>
    (await leader.info('replication')).includes('state=online'),
  )
  const port = await freePort()
  await startProcess(t, [
    ...(certificates === undefined ? [`port ${port}`] : tlsLines(certificates, port)),
    `sentinel monitor mymaster 127.0.0.1 ${primary.port} 1`,
    ...(password === undefined ? [] : [`sentinel auth-pass mymaster ${password}`]),
    ...(sentinelPassword === undefined ? [] : [`requirepass ${sentinelPassword}`]),
    `sentinel down-after-milliseconds mymaster ${options.steady === true ? 60_000 : 300}`,
    'sentinel failover-timeout mymaster 2000',
  ])
  const sentinel = connect(t, port, sentinelPassword, certificates)
  await waitUntil('the Sentinel knows the replica', async () => {
    const replicas = JSON.stringify(await sentinel.call('SENTINEL', 'REPLICAS', 'mymaster'))
    return replicas.includes(`"${replica.port}"`) && replicas.includes('"master-link-status","ok"')
  })
  return {
    primary,
    replica,
    master: 'mymaster',
    sentinels: [
      { host: '127.0.0.1', port: await freePort() },
      { host: '127.0.0.1', port },
    ],
    failedOver: () =>
      waitUntil('the Sentinel fails over', async () => {
        const address = await sentinel.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', 'mymaster')
        return String(address) === `127.0.0.1,${replica.port}`
      }),
  }
}

/** A Sentinel writes what it learns into its configuration file. */
async function startProcess(t: Test, lines: readonly string[]): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'postern-sentinel-'))
  const file = join(directory, 'sentinel.conf')
  writeFileSync(file, `${['bind 127.0.0.1', ...lines].join('\n')}\n`)
  await startRedisProcess(t, [file, '--sentinel'], '+monitor master', directory)
}

function connect(
  t: Test,
  port: number,
  password: string | undefined,
  certificates: Certificates | undefined,
): Redis {
  const redis = new Redis({
    port,
    host: '127.0.0.1',
    ...(password === undefined ? {} : { password }),
    ...(certificates === undefined ? {} : { tls: { ca: readFileSync(certificates.ca) } }),
  })
  redis.on('error', () => {})
  t.teardown(() => redis.disconnect())
  return redis
}

/** The arguments as lines of a configuration file. */
function tlsLines(certificates: Certificates, port: number): string[] {
  const words = tlsArguments(certificates, port, false)
  return words.flatMap((word, index) => (word.startsWith('--') ? `${word.slice(2)} ${words[index + 1]}` : []))
}
