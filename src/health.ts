import type { FastifyInstance } from 'fastify'
import type { ReloadStatus } from './reload/reload-status.ts'

/** What the probes ask. */
export interface HealthOptions {
  /** Rejects while the store can't be asked. */
  readonly ready: () => Promise<void>
  /** Throws while calls are refused since none could be put on record; undefined where they never are. */
  readonly refuseUnrecorded?: (() => void) | undefined
  /** True from the moment the instance was told to stop. */
  readonly isDraining: () => boolean
  readonly reloads: ReloadStatus
}

/**
 * `/healthz`: the process runs (200 always). `/readyz`: it can serve (503 while the store can't be asked, calls are
 * refused because the audit can't be written, or the instance drains), for load balancers. A reload that failed takes nothing out of service, since what was loaded
 * last still serves: it is told in the body. Both are public and tell no more than that; reasons are in the log.
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
    } catch {
      return reply.code(503).header('retry-after', '1').send({ status: 'store unavailable' })
    }
    try {
      options.refuseUnrecorded?.()
    } catch {
      return reply.code(503).header('retry-after', '1').send({ status: 'audit unavailable' })
    }
    return { status: 'ok', reload: render(options.reloads) }
  })
}

/** The error's code alone: messages name files and addresses. */
function render({ failure, reloads, reloadFailures, lastReloadAt, documentAge }: ReloadStatus): object {
  return {
    ok: failure === undefined,
    ...(failure && { since: timeOf(failure.since), error: failure.code }),
    reloads,
    reloadFailures,
    ...(lastReloadAt !== undefined && { lastReloadAt: timeOf(lastReloadAt) }),
    ...(documentAge !== undefined && { documentAge }),
  }
}

function timeOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}
