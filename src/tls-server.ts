/**
 * The HTTPS server: HTTP as ever, over TLS that the gateway speaks itself. What is not TLS, or comes to no agreement,
 * ends here, within a time and with a bounded number of lines in the log.
 */
import type { RequestListener } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { Socket } from 'node:net'
import { type TLSSocket, Server as TlsServer } from 'node:tls'
import { isDeepStrictEqual } from 'node:util'
import { certificateChain } from './config/certificate-chain.ts'
import type { TlsConfig } from './config/schema/tls.ts'
import { tlsOptions } from './config/tls-options.ts'
import type { Log } from './log.ts'
import { tellSeldom } from './tell-seldom.ts'

/** How long a client may take to agree on TLS, in milliseconds. */
export const HANDSHAKE_TIMEOUT = 10_000
/** At most one line about handshakes that failed in this time, in milliseconds; scanners try all day. */
const QUIET = 60_000

/** What {@link createTlsServer} takes besides. */
export interface TlsServerOptions {
  readonly log: Log
  /** Milliseconds; default {@link HANDSHAKE_TIMEOUT}. */
  readonly handshakeTimeout?: number
  /** Milliseconds since the epoch; default `Date.now`. */
  readonly now?: () => number
}

const inForce = new WeakMap<object, TlsConfig>()

/**
 * Makes the server. Who speaks plain HTTP to it is told so in plain HTTP, by the server's own `clientError`: nothing that
 * they sent is taken for a request, though their credential has been on the wire in the clear by then.
 */
export function createTlsServer(handler: RequestListener, tls: TlsConfig, options: TlsServerOptions): Server {
  const { handshakeTimeout = HANDSHAKE_TIMEOUT } = options
  const server = createServer({ ...tlsOptions(tls), handshakeTimeout }, handler)
  inForce.set(server, tls)
  const tell = tellFailures(options)
  const open = new Map<string, Socket>()
  server.on('connection', (socket: Socket) => {
    const peer = peerOf(socket)
    open.set(peer, socket)
    socket.once('close', () => open.delete(peer))
  })
  // Node’s own answers in HTTP where there is no TLS to carry it.
  server.removeAllListeners('tlsClientError')
  server.on('tlsClientError', (error: NodeJS.ErrnoException, socket: TLSSocket) => {
    tell(error, socket)
    const plain = error.code === 'ERR_SSL_HTTP_REQUEST' ? open.get(peerOf(socket)) : undefined
    if (plain === undefined) socket.destroy()
    else server.emit('clientError', error, plain)
  })
  return server
}

/**
 * Puts a renewed certificate in force for connections that begin from now on; open ones stay as they are.
 *
 * @param server - any; one that does not speak TLS has no certificate
 */
export function renewCertificate(server: object, tls: TlsConfig | undefined, log: Log): void {
  if (tls === undefined || !(server instanceof TlsServer) || isDeepStrictEqual(inForce.get(server), tls))
    return
  server.setSecureContext(tlsOptions(tls))
  inForce.set(server, tls)
  const [own] = certificateChain(tls.certificate)
  log.info({ fingerprint: own?.fingerprint256, ends: own?.validToDate.toISOString() }, 'new certificate')
}

/** Two connections from one port of one address are never open at once. */
function peerOf({ remoteAddress, remotePort, localAddress }: Socket): string {
  return `${remoteAddress} ${remotePort} ${localAddress}`
}

function tellFailures({ log, now = Date.now }: TlsServerOptions) {
  const tell = tellSeldom<{ code: string | undefined; remoteAddress: string | undefined }>(
    (failure, untold) => log.info({ ...failure, ...(untold > 0 && { untold }) }, 'a TLS handshake failed'),
    QUIET,
    now,
  )
  return ({ code }: NodeJS.ErrnoException, { remoteAddress }: Socket) => {
    // Whoever only looks whether the port is open hangs up: load balancers do, every few seconds.
    if (code !== 'ECONNRESET') tell({ code, remoteAddress })
  }
}
