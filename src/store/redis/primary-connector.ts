import { createConnection } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { AbstractConnector, type RedisOptions } from 'ioredis'

type Emit = (type: string, error: Error) => void
type Stream = ReturnType<AbstractConnector['connect']>

/**
 * Connects ioredis to one server by its address and takes it only if it is a primary: a replica may lag behind a
 * revocation. Asked at every connection, so an address that moves to another server on a failover is asked anew.
 */
export class RedisPrimaryConnector extends AbstractConnector {
  readonly #options: RedisOptions
  #emit: Emit = () => {}

  constructor(options: unknown) {
    super(SHUTDOWN_TIMEOUT)
    this.#options = options as RedisOptions
  }

  /** What `INFO` says; ioredis gives an empty object where the user may not ask. */
  override check(info: { readonly role?: string }): boolean {
    if (info.role === 'master') return true
    const reason =
      info.role === undefined
        ? 'it does not say whether it is a primary; allow the user +info'
        : 'it is a replica, which may lag behind a revocation; connect to the primary'
    this.#emit('error', new Error(reason))
    return false
  }

  override connect(emit: Emit): Stream {
    this.connecting = true
    this.#emit = emit
    return Promise.resolve(this.#open())
  }

  #open(): Awaited<Stream> {
    const { host, port, path, tls } = this.#options
    const target = path === undefined ? { host: host ?? 'localhost', port: port ?? 6_379 } : { path }
    const stream = tls ? connectTls({ ...target, ...tls }) : createConnection(target)
    stream.once('error', error => {
      this.firstError = error
    })
    this.stream = stream
    return stream
  }
}

/** How long a server may take to close its side, in milliseconds, before the connection is destroyed. */
const SHUTDOWN_TIMEOUT = 250
