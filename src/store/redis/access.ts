import { PosternError } from '../../errors.ts'
import { type CircuitBreaker, createCircuitBreaker } from './circuit-breaker.ts'
import { confirmWrite } from './confirm-write.ts'
import {
  connectRedis,
  lastConnectionError,
  type RedisClient,
  type RedisConnectionOptions,
} from './connection.ts'
import { createScriptRunner, type RunScript } from './run-script.ts'

/** How the store speaks to Redis. */
export interface RedisAccess {
  /** For reading, and for what needs no confirmation. */
  readonly client: RedisClient
  readonly run: RunScript
  /** Runs a script that writes what is to last; resolves once as many replicas as are wanted have it. */
  readonly write: RunScript
  /**
   * Runs commands; whatever they reject with is a `store_unavailable` then, and at once where Redis is known not to
   * answer.
   */
  ask<T>(commands: () => Promise<T>): Promise<T>
  close(): void
}

/**
 * Connects in the background; resolves when connected, or after `commandTimeout` milliseconds without a connection.
 *
 * @param replicas - how many replicas must confirm a write
 * @param key - one of the installation’s keys: the node of a Cluster that holds it is the one that has to answer
 * @throws PosternError `configuration_invalid` if the options name no server or several, or TLS files can't be used
 */
export async function openRedisAccess(
  options: RedisConnectionOptions & { readonly commandTimeout: number },
  replicas: number,
  key: string,
): Promise<RedisAccess> {
  const client = connectRedis(options)
  // Waiting for replicas holds up whatever else is on the connection.
  const writer = replicas === 0 ? client : connectRedis(options)
  const timeout = Math.ceil(options.commandTimeout / 2)
  const breaker = createCircuitBreaker({ probe: () => client.exists(key) })
  await Promise.all([client, writer].map(each => connected(each, options.commandTimeout)))
  // A Cluster connects to a node with the first command for it, and refuses others until it is connected.
  await Promise.allSettled([client, writer].map(each => each.exists(key)))
  return {
    client,
    run: createScriptRunner((_key, command) => command(client)),
    write: createScriptRunner((key, command) => confirmWrite(writer, key, { replicas, timeout }, command)),
    ask: commands => askThrough(breaker, client, commands),
    close() {
      breaker.close()
      client.disconnect()
      writer.disconnect()
    },
  }
}

async function askThrough<T>(
  breaker: CircuitBreaker,
  client: RedisClient,
  commands: () => Promise<T>,
): Promise<T> {
  try {
    return await breaker.run(commands)
  } catch (error) {
    if (error instanceof PosternError) throw error
    const reason = client.status === 'ready' ? error : (lastConnectionError(client) ?? error)
    throw new PosternError('store_unavailable', {
      detail: `redis: ${reason instanceof Error ? reason.message : String(reason)}`,
      cause: error,
      headers: { 'Retry-After': '1' },
    })
  }
}

function connected(client: RedisClient, timeout: number): Promise<void> {
  if (client.status === 'ready') return Promise.resolve()
  return new Promise(resolve => {
    const timer = setTimeout(done, timeout)
    client.once('ready', done)
    function done(): void {
      clearTimeout(timer)
      client.off('ready', done)
      resolve()
    }
  })
}
