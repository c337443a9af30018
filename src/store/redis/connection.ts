import { Cluster, Redis, type RedisOptions } from 'ioredis'
import { parseRedisAddress, type RedisAddress } from '../../config/redis-address.ts'
import { PosternError } from '../../errors.ts'
import { RedisPrimaryConnector } from './primary-connector.ts'
import { type RedisTlsFiles, readRedisTls } from './read-tls.ts'
import { RedisSentinelConnector } from './sentinel-connector.ts'

/** Where Redis is and how to sign in: `url`, or `sentinels` and `master`, or `cluster`. */
export interface RedisConnectionOptions {
  /** `redis://`, `rediss://` or `unix:///` URL of one server. */
  readonly url?: string | undefined
  readonly sentinels?: readonly { readonly host: string; readonly port: number }[] | undefined
  /** The name by which the Sentinels know the primary. */
  readonly master?: string | undefined
  readonly sentinelUsername?: string | undefined
  readonly sentinelPassword?: string | undefined
  /** URLs of some nodes of a Cluster. */
  readonly cluster?: readonly string[] | undefined
  readonly username?: string | undefined
  readonly password?: string | undefined
  readonly db?: number | undefined
  readonly tls?: RedisTlsFiles | undefined
  /** What relative paths of `tls` are relative to; default: the working directory. */
  readonly directory?: string | undefined
  /** How long one command, and connecting, may take, in milliseconds; default one second. */
  readonly commandTimeout?: number | undefined
  /** How `CLIENT LIST` shows the connections; default `postern`. */
  readonly clientName?: string | undefined
}

/** A client of ioredis: `Redis` for one server and for Sentinels, `Cluster` for a Cluster. */
export type RedisClient = Redis | Cluster

/**
 * Opens a client that connects in the background, for good until `disconnect()`.
 *
 * While there is no connection commands fail at once: nothing is queued, and nothing is sent twice after it broke.
 * A connection is tried again after at most half a second. Every command is answered by a primary, reads too; a
 * server that turns out to be a replica is left and looked for anew. All keys of a script must be in one slot.
 *
 * @throws PosternError `configuration_invalid` if the options name no server or several, or TLS files can't be used
 */
export function connectRedis(options: RedisConnectionOptions): RedisClient {
  const ways = [options.url, options.sentinels, options.cluster].filter(way => way !== undefined)
  if (ways.length !== 1) throw invalid('The store needs one of url, sentinels and cluster.')
  const client =
    options.cluster !== undefined
      ? connectCluster(options.cluster, options)
      : options.sentinels !== undefined
        ? connectSentinels(options.sentinels, options)
        : connectServer(options.url ?? '', options)
  noteErrors(client)
  return client
}

/**
 * Why there is no connection: the last error that a client met while it connected, without what was sent; undefined
 * if there was none yet.
 */
export function lastConnectionError(client: RedisClient): Error | undefined {
  return lastErrors.get(client)
}

const lastErrors = new WeakMap<RedisClient, Error>()

/** ioredis hangs the failed command on an error, and of HELLO and AUTH that is the password. */
function noteErrors(client: RedisClient): void {
  const note = (error: Error) => {
    Reflect.deleteProperty(error, 'command')
    lastErrors.set(client, error)
  }
  client.on('error', (error: Error) => {
    // A Cluster's own error says only that no node could be asked; why not, the nodes have said.
    if (!(client instanceof Cluster) || !lastErrors.has(client)) note(error)
  })
  client.on('node error', note)
}

function connectServer(url: string, options: RedisConnectionOptions): Redis {
  const { host, port, socket, tls, db, ...credentials } = addressOf(url)
  return new Redis({
    ...connection(options, tls, credentials),
    ...(socket === undefined ? { host: host ?? '', port } : { path: socket }),
    db: options.db ?? db ?? 0,
    Connector: RedisPrimaryConnector,
    retryStrategy: retryDelay,
  })
}

function connectSentinels(
  sentinels: readonly { readonly host: string; readonly port: number }[],
  options: RedisConnectionOptions,
): Redis {
  const { master, sentinelUsername, sentinelPassword } = options
  if (sentinels.length === 0 || master === undefined) {
    throw invalid('The store needs the addresses of Sentinels and the name of the master.')
  }
  const shared = connection(options, options.tls !== undefined)
  return new Redis({
    ...shared,
    sentinels: [...sentinels],
    name: master,
    role: 'master',
    Connector: RedisSentinelConnector,
    db: options.db ?? 0,
    ...(sentinelUsername === undefined ? {} : { sentinelUsername }),
    ...(sentinelPassword === undefined ? {} : { sentinelPassword }),
    ...(shared.tls === undefined ? {} : { sentinelTLS: shared.tls, enableTLSForSentinelMode: true }),
    sentinelCommandTimeout: shared.commandTimeout,
    sentinelRetryStrategy: retryDelay,
    retryStrategy: retryDelay,
  })
}

function connectCluster(urls: readonly string[], options: RedisConnectionOptions): Cluster {
  const addresses = urls.map(addressOf)
  const [first] = addresses
  if (first === undefined) throw invalid('The store needs the URL of a node of the Cluster.')
  const { tls, username, password } = first
  const cluster = new Cluster(
    addresses.map(({ host, port }) => ({ host: host ?? '', port })),
    {
      redisOptions: connection(options, tls, { username, password }),
      enableOfflineQueue: false,
      scaleReads: 'master',
      clusterRetryStrategy: retryDelay,
      slotsRefreshTimeout: options.commandTimeout ?? COMMAND_TIMEOUT,
      // What was sent may have been done, and is not sent twice. A redirection is followed: nothing was done.
      retryDelayOnFailover: 0,
      retryDelayOnClusterDown: 0,
      // Certificates name hosts, so names stay names where they are verified.
      ...(tls ? { dnsLookup: (host, callback) => callback(null, host) } : {}),
    },
  )
  // While no primary is known ioredis asks any node. Without READONLY a replica sends it away and answers nothing.
  cluster.on('+node', (node: Redis) => {
    node.readonly = async () => 'OK' as const
  })
  return cluster
}

const COMMAND_TIMEOUT = 1_000

/** What is the same for every connection. */
function connection(
  { username, password, clientName, commandTimeout, ...options }: RedisConnectionOptions,
  tls: boolean,
  credentials: Pick<RedisAddress, 'username' | 'password'> = { username: undefined, password: undefined },
) {
  const timeout = commandTimeout ?? COMMAND_TIMEOUT
  const user = username ?? credentials.username
  const secret = password ?? credentials.password
  return {
    ...(user === undefined ? {} : { username: user }),
    ...(secret === undefined ? {} : { password: secret }),
    ...(tls ? { tls: readRedisTls(options.tls ?? {}, options.directory ?? '.') } : {}),
    connectionName: clientName ?? 'postern',
    connectTimeout: timeout,
    commandTimeout: timeout,
    // A connection that stays silent is dropped and rebuilt, so that a dead peer costs seconds, not minutes.
    socketTimeout: timeout * 3,
    disconnectTimeout: 250,
    // Fail now rather than queue: a request must get its 503 and not pile up. Nothing is sent twice either.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    maxLoadingRetryTime: 500,
    // After a failover the old primary is a replica that the connection still leads to.
    reconnectOnError: (error: Error) => /^(READONLY|MASTERDOWN)\b/.test(error.message),
  } satisfies RedisOptions
}

/** Milliseconds before the next attempt; a Redis that is back is found within half a second. */
function retryDelay(attempt: number): number {
  return Math.min(attempt * 50, 500)
}

function addressOf(url: string): RedisAddress {
  const parsed = parseRedisAddress(url)
  if ('address' in parsed) return parsed.address
  throw invalid(`The store’s URL can’t be used: ${parsed.mistake.message}; ${parsed.mistake.fix}.`)
}

function invalid(message: string): PosternError {
  return new PosternError('configuration_invalid', { message })
}
