import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { PosternError } from '../errors.ts'
import type { Access } from '../mcp/access.ts'
import { admitHost } from '../mcp/admit-host.ts'
import type { PublishedDocument } from './published-document.ts'

/** What {@link registerPublication} needs. */
export interface PublicationEdgeOptions {
  readonly paths: readonly string[]
  /** What is at a path now; undefined where nothing is. */
  readonly document: (path: string) => Promise<PublishedDocument | undefined>
  readonly access: Pick<Access, 'isHostAllowed'>
}

/**
 * Answers GET and HEAD at public addresses: no credential is asked for or looked at, and nothing of a request is in an
 * answer. JSON is for pages of every origin to read (SEP-2127, "CORS Requirements"). Documents carry a validator and are
 * kept for some minutes (RFC 9110 section 13, RFC 9111).
 */
export function registerPublication(fastify: FastifyInstance, options: PublicationEdgeOptions): void {
  fastify.register(async scope => {
    for (const path of options.paths) {
      scope.route({
        method: [...METHODS],
        url: path,
        exposeHeadRoute: false,
        // Before a body is read, which none of these takes.
        onRequest: async (request, reply) => answer(path, request, reply, options),
        handler: () => {
          throw new Error('the hook has answered')
        },
      })
    }
  })
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const

async function answer(
  path: string,
  { method, headers, raw }: FastifyRequest,
  reply: FastifyReply,
  { access, document }: PublicationEdgeOptions,
): Promise<FastifyReply> {
  admitHost(access, raw)
  const isForPages = !/\.(md|txt)$/.test(path)
  reply.headers({ 'x-content-type-options': 'nosniff', ...(isForPages && CORS) })
  if (method === 'OPTIONS' && isForPages) {
    return reply.code(204).headers({ 'access-control-max-age': '600', 'cache-control': 'no-store' }).send()
  }
  if (method !== 'GET' && method !== 'HEAD') {
    throw new PosternError('method_not_allowed', {
      message: 'This address takes GET and HEAD only.',
      headers: { allow: 'GET, HEAD' },
    })
  }
  const found = await document(path)
  if (found === undefined) throw new PosternError('not_found')
  reply.headers({ etag: found.etag, 'cache-control': CACHE })
  if (isKnown(headers['if-none-match'], found.etag)) return reply.code(304).send()
  return reply.type(found.mediaType).send(found.body)
}

/** Seconds after which caches ask again: for so long a document may be told that a reload has changed. */
const CACHE = 'public, max-age=300'

const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET',
  'access-control-allow-headers': 'Content-Type, If-None-Match',
  'access-control-expose-headers': 'ETag',
}

/** Whether a client has the document already; weak comparison (RFC 9110 section 13.1.2). */
function isKnown(condition: string | undefined, etag: string): boolean {
  if (condition === undefined) return false
  return condition.split(',').some(one => ['*', etag].includes(one.trim().replace(/^W\//, '')))
}
