import type { Server } from 'node:http'
import type { Socket } from 'node:net'

/** The connections of a server that carry no request. */
export interface IdleConnections {
  /** Closes them; what is being asked or answered goes on. */
  close(): void
}

/**
 * Watches a server's connections from now on, so that the idle ones can be closed. Node's own
 * `closeIdleConnections` leaves those alone on which nothing has come yet: it takes them for requests that are
 * about to begin. Clients and load balancers open such connections in advance, and each would hold up a drain
 * until its timeout. Those that have not come to an agreement on TLS carry no request either.
 */
export function idleConnections(server: Server): IdleConnections {
  const open = new Set<Socket>()
  const agreeing = new Map<string, Socket>()
  const add = (socket: Socket) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
  }
  if (!('setSecureContext' in server)) server.on('connection', add)
  else {
    server.on('connection', (socket: Socket) => {
      const peer = peerOf(socket)
      agreeing.set(peer, socket)
      socket.once('close', () => agreeing.delete(peer))
    })
    server.on('secureConnection', (socket: Socket) => {
      agreeing.delete(peerOf(socket))
      add(socket)
    })
  }
  return {
    close() {
      server.closeIdleConnections()
      for (const socket of agreeing.values()) socket.destroy()
      for (const socket of open) if (socket.bytesRead === 0) socket.destroy()
    },
  }
}

/** Two connections from one port of one address are never open at once. */
function peerOf({ remoteAddress, remotePort, localAddress }: Socket): string {
  return `${remoteAddress} ${remotePort} ${localAddress}`
}
