import type { FastifyInstance } from 'fastify'

/** What the probes ask. */
export interface HealthOptions {
  /** Rejects while the store can't be asked. */
  readonly ready: () => Promise<void>
  /** True from the moment the instance was told to stop. */
  readonly isDraining: () => boolean
}

/**
 * `/healthz`: the process runs (200 always). `/readyz`: it can serve (503 while the store can't be asked or the
 * instance drains), for load balancers. Both are public and tell nothing but the word.
 */
export function registerHealth(fastify: FastifyInstance, options: HealthOptions): void {
  fastify.get('/healthz', async (_request, reply) => {
    reply.header('cache-control', 'no-store')
    return { status: 'ok' }
  })
  fastify.get('/readyz', async (_request, reply) => {
    reply.header('cache-control', 'no-store')
    if (options.isDraining()) return reply.code(503).send({ status: 'draining' })
    try {
      await options.ready()
      return { status: 'ok' }
    } catch {
      return reply.code(503).header('retry-after', '1').send({ status: 'store unavailable' })
    }
  })
}
