import { readFileSync } from 'node:fs'
import { Redis } from 'ioredis'
import type { Test } from 'tap'
import { freePort, type RedisServer, startRedis, waitUntil } from '../start-redis.ts'
import { type Certificates, startTlsRedis } from './start-tls-redis.ts'

/** A node of a Cluster and a connection to it alone. */
export interface ClusterServer extends RedisServer {
  readonly admin: Redis
  /** What the Cluster calls the node. */
  readonly id: string
}

/** Three primaries that share all slots; with `replicas`, each of the first so many has a replica. */
export interface ClusterServers {
  readonly primaries: readonly ClusterServer[]
  readonly replicas: readonly ClusterServer[]
  /** URLs of all nodes. */
  readonly urls: string[]
  /** The primary that holds a key by the Cluster’s first division. */
  ownerOf(key: string): Promise<ClusterServer>
}

const LAST_SLOT = 16_383

export interface ClusterOptions {
  readonly replicas?: number
  /** Of all nodes. */
  readonly password?: string
  /** Everything speaks TLS, and nothing else. */
  readonly certificates?: Certificates
  /** Nothing fails over, however slow the machine is: for tests in which no server is lost. */
  readonly steady?: boolean
}

/** Starts the nodes and waits until each of them says that the Cluster is complete. */
export async function startCluster(t: Test, options: ClusterOptions = {}): Promise<ClusterServers> {
  const { replicas = 0 } = options
  const nodes = await Promise.all(Array.from({ length: 3 + replicas }, () => startNode(t, options)))
  const [primaries, spares] = [nodes.slice(0, 3), nodes.slice(3)]
  const first = (index: number) => Math.floor((index * (LAST_SLOT + 1)) / 3)
  for (const [index, { admin }] of primaries.entries()) {
    await admin.call('CLUSTER', 'SET-CONFIG-EPOCH', index + 1)
    await admin.call('CLUSTER', 'ADDSLOTSRANGE', first(index), first(index + 1) - 1)
  }
  for (const { admin } of nodes) {
    for (const { port, busPort } of nodes) await admin.call('CLUSTER', 'MEET', '127.0.0.1', port, busPort)
  }
  await allSay(nodes, `cluster_known_nodes:${nodes.length}`)
  await Promise.all(
    spares.map((spare, index) =>
      waitUntil('a replica knows its primary', async () => {
        const reply = await spare.admin.call('CLUSTER', 'REPLICATE', primaries[index]?.id ?? '').catch(String)
        return reply === 'OK'
      }),
    ),
  )
  await allSay(nodes, 'cluster_state:ok')
  await Promise.all(
    nodes.map(({ admin }) =>
      waitUntil('every node knows the replicas', async () => {
        const known = String(await admin.call('CLUSTER', 'NODES')).match(/slave/g)
        return (known ?? []).length === replicas
      }),
    ),
  )
  await Promise.all(
    spares.map((_, index) =>
      waitUntil('a replica follows', async () => {
        const state = await primaries[index]?.admin.info('replication')
        return state?.includes('state=online') ?? false
      }),
    ),
  )
  return {
    primaries,
    replicas: spares,
    urls: nodes.map(({ url }) => url),
    async ownerOf(key) {
      const slot = Number(await primaries[0]?.admin.call('CLUSTER', 'KEYSLOT', key))
      const owner = primaries.find((_, index) => slot < first(index + 1))
      if (owner === undefined) throw new Error(`nobody has slot ${slot}`)
      return owner
    },
  }
}

function allSay(nodes: readonly ClusterServer[], text: string): Promise<unknown> {
  return Promise.all(
    nodes.map(({ admin }) =>
      waitUntil(`every node says ${text}`, async () =>
        String(await admin.call('CLUSTER', 'INFO')).includes(text),
      ),
    ),
  )
}

async function startNode(
  t: Test,
  { password, certificates, steady = false }: ClusterOptions,
): Promise<ClusterServer & { busPort: number }> {
  const busPort = await freePort()
  const args = [
    ...[
      '--cluster-enabled',
      'yes',
      '--cluster-port',
      String(busPort),
      '--cluster-node-timeout',
      steady ? '60000' : '1000',
    ],
    ...['--cluster-replica-validity-factor', '0', '--repl-diskless-sync-delay', '0'],
    ...(password === undefined ? [] : ['--requirepass', password, '--masterauth', password]),
    ...(certificates === undefined ? [] : ['--tls-cluster', 'yes']),
  ]
  const server =
    certificates === undefined
      ? await startRedis(t, undefined, args)
      : await startTlsRedis(t, certificates, false, args)
  const admin = new Redis(server.url, {
    ...(password === undefined ? {} : { password }),
    ...(certificates === undefined ? {} : { tls: { ca: readFileSync(certificates.ca) } }),
  })
  admin.on('error', () => {})
  t.teardown(() => admin.disconnect())
  return { ...server, admin, busPort, id: String(await admin.call('CLUSTER', 'MYID')) }
}
