/**
 * `createMcpHandler` of the official SDK, second generation, under Fastify: a new server per request, one tool
 * that asks the backend. No authentication, no policy, no audit.
 *
 * The handler speaks web-standard Request and Response. Fastify has parsed the body already, and the answer is
 * one JSON text, so the bridge between the two is the shortest that works.
 */
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server'
import { fastify } from 'fastify'
import { Pool } from 'undici'
import { z } from 'zod'
import { serveChild } from '../serve-child.ts'

await serveChild(async (backend = '') => {
  const pool = new Pool(backend, { connections: 128, pipelining: 1 })
  const inputSchema = z.object({
    id: z.string().min(1).max(64).describe('Id of the invoice.'),
    expand: z.enum(['contact', 'lines']).optional().describe('What to include.'),
  })
  const handler = createMcpHandler(() => {
    const server = new McpServer({ name: 'bench', version: '1.0.0' })
    server.registerTool('get_invoice', { description: 'Get an invoice.', inputSchema }, async ({ id }) => {
      const path = `/v1/invoices/${encodeURIComponent(id)}`
      const { body } = await pool.request({ method: 'GET', path, headers: { accept: 'application/json' } })
      const text = await body.text()
      return { content: [{ type: 'text', text }], structuredContent: JSON.parse(text) }
    })
    return server
  })

  const app = fastify()
  app.post('/mcp', async (request, reply) => {
    const { host = '', ...headers } = request.headers
    const webRequest = new Request(`http://${host}${request.url}`, {
      method: 'POST',
      headers: headers as Record<string, string>,
    })
    const response = await handler.fetch(webRequest, { parsedBody: request.body })
    reply.code(response.status).header('content-type', response.headers.get('content-type'))
    return reply.send(await response.text())
  })
  return { url: await app.listen({ host: '127.0.0.1', port: 0 }) }
})
