import { Cluster, Command, type Redis } from 'ioredis'
import { PosternError } from '../../errors.ts'
import type { RedisClient } from './connection.ts'

/** How many replicas must have a write, and how long it may take them, in milliseconds. */
export interface Confirmation {
  readonly replicas: number
  readonly timeout: number
}

/**
 * Writes, and resolves with the write’s answer once so many replicas have it too (`WAIT`); with none it only writes.
 * The question goes right behind the write on the same connection: on another one, or on one that was rebuilt in
 * between, Redis would count replicas that never saw the write. `WAIT` holds up whatever else is on the connection,
 * so a client that others share should have a second one for this.
 *
 * @param key - one of the write’s keys; says which node of a Cluster takes it
 * @param write - sends its command to the node at once, in this turn of the event loop, and only one
 * @throws PosternError `store_unavailable` if fewer confirm in time. The write stays; repeating must be harmless.
 */
export async function confirmWrite<T>(
  client: RedisClient,
  key: string,
  { replicas, timeout }: Confirmation,
  write: (node: RedisClient) => Promise<T>,
): Promise<T> {
  if (replicas === 0) return write(client)
  const node = client instanceof Cluster ? await ownerOf(client, key) : client
  const [written, confirmed] = await Promise.allSettled([write(node), node.wait(replicas, timeout)])
  if (written.status === 'rejected') throw written.reason
  if (confirmed.status === 'rejected') throw confirmed.reason
  if (confirmed.value >= replicas) return written.value
  throw new PosternError('store_unavailable', {
    detail: `only ${confirmed.value} of ${replicas} replicas confirmed a write within ${timeout} ms`,
    headers: { 'Retry-After': '1' },
  })
}

/** The connection to the node that holds a key now. Asks for the key first, which follows it to another node. */
async function ownerOf(cluster: Cluster, key: string): Promise<Redis> {
  await cluster.exists(key)
  const slot = new Command('exists', [key]).getSlot()
  const owner = cluster.slots[slot]?.[0]
  const node = cluster.nodes('master').find(({ options }) => `${options.host}:${options.port}` === owner)
  if (node !== undefined) return node
  throw new PosternError('store_unavailable', {
    detail: 'no node of the Cluster is known to hold the key',
    headers: { 'Retry-After': '1' },
  })
}
