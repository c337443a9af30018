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
 * until its timeout.
 */
export function idleConnections(server: Server): IdleConnections {
  const open = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
  })
  return {
    close() {
      server.closeIdleConnections()
      for (const socket of open) if (socket.bytesRead === 0) socket.destroy()
    },
  }
}
