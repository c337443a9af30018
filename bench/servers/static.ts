/** The floor for a long list: Fastify answering a POST with bytes it has read from a file beforehand. */
import { readFile } from 'node:fs/promises'
import { fastify } from 'fastify'
import { serveChild } from '../serve-child.ts'

await serveChild(async (file = '') => {
  const bytes = await readFile(file)
  const app = fastify()
  app.post('/mcp', (_request, reply) => {
    reply.header('content-type', 'application/json; charset=utf-8').send(bytes)
  })
  return { url: await app.listen({ host: '127.0.0.1', port: 0 }) }
})
