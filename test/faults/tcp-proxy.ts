import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import type { Test } from 'tap'

/** What stands between the gateways and their Redis, and how it fails. */
export interface TcpProxy {
  readonly port: number
  /** Milliseconds by which everything on the way to Redis is late from now on. */
  delay: number
  /** Takes connections and lets nothing through. */
  isSilent: boolean
  /** Resets all connections (RST). */
  readonly reset: () => void
}

/** Starts a proxy on a free loopback port in front of `target`; it ends with the test. */
export async function startTcpProxy(t: Test, target: number): Promise<TcpProxy> {
  const pairs = new Set<readonly [Socket, Socket]>()
  const silent = new Set<Socket>()

  const server = createServer({ noDelay: true }, client => {
    client.on('error', () => {})
    if (proxy.isSilent) {
      silent.add(client)
      client.once('close', () => silent.delete(client))
      client.resume()
      return
    }
    const redis = connect({ host: '127.0.0.1', port: target, noDelay: true })
    const pair = [client, redis] as const
    pairs.add(pair)
    redis.on('error', () => {})
    // Timers of one length fire in the order in which they were set, so nothing overtakes; a length that changes
    // between two chunks of one connection only changes while nothing is on the way, or at the end of the fault.
    let order = Promise.resolve()
    client.on('data', chunk => {
      const arrival =
        proxy.delay === 0 ? Promise.resolve() : new Promise(done => setTimeout(done, proxy.delay))
      order = order.then(() => arrival).then(() => void redis.write(chunk))
    })
    redis.on('data', chunk => client.write(chunk))
    for (const [one, other] of [pair, [redis, client] as const]) {
      one.once('close', () => {
        pairs.delete(pair)
        other.destroy()
      })
    }
  })

  const proxy = {
    port: 0,
    delay: 0,
    isSilent: false,
    reset() {
      for (const [client, redis] of pairs) {
        client.resetAndDestroy()
        redis.destroy()
      }
    },
  }
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  proxy.port = (server.address() as AddressInfo).port
  t.teardown(() => {
    server.close()
    proxy.reset()
    for (const socket of silent) socket.destroy()
  })
  return proxy
}
