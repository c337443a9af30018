/**
 * The official SDK, first generation, without sessions, under Fastify: a new server and transport per request
 * with JSON answers, one tool that asks the backend. No authentication, no policy, no audit.
 */
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import { fastify } from 'fastify'
import { Pool } from 'undici'
import { z } from 'zod'
import { serveChild } from '../serve-child.ts'

await serveChild(async (backend = '') => {
  const pool = new Pool(backend, { connections: 128, pipelining: 1 })
  const inputSchema = {
    id: z.string().min(1).max(64).describe('Id of the invoice.'),
    expand: z.enum(['contact', 'lines']).optional().describe('What to include.'),
  }
  const createServer = () => {
    const server = new McpServer({ name: 'bench', version: '1.0.0' })
    server.registerTool('get_invoice', { description: 'Get an invoice.', inputSchema }, async ({ id }) => {
      const path = `/v1/invoices/${encodeURIComponent(id)}`
      const { body } = await pool.request({ method: 'GET', path, headers: { accept: 'application/json' } })
      const text = await body.text()
      return { content: [{ type: 'text', text }], structuredContent: JSON.parse(text) }
    })
    return server
  }

  const app = fastify()
  app.post('/mcp', async (request, reply) => {
    const server = createServer()
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: undefined,
      enableJsonResponse: true,
    })
    reply.hijack()
    reply.raw.on('close', () => {
      void transport.close()
      void server.close()
    })
    await server.connect(transport)
    await transport.handleRequest(request.raw, reply.raw, request.body)
  })
  return { url: await app.listen({ host: '127.0.0.1', port: 0 }) }
})
