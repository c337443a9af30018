/** The yardstick: @fastify/http-proxy forwarding everything, without authentication. */
import httpProxy from '@fastify/http-proxy'
import { fastify } from 'fastify'
import { serveChild } from '../serve-child.ts'

await serveChild(async (backend = '') => {
  const app = fastify()
  await app.register(httpProxy, { upstream: backend, undici: { connections: 128, pipelining: 1 } })
  return { url: await app.listen({ host: '127.0.0.1', port: 0 }) }
})
