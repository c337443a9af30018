import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { PosternError } from '../errors.ts'
import { AdminCall } from './admin-call.ts'
import type { AdminOptions } from './admin-options.ts'
import { admit } from './admit.ts'
import { readJsonBody } from './read-json-body.ts'
import { readQuery } from './read-query.ts'
import { refuseCredentials } from './refuse-credentials.ts'
import { createReplays, type Replays } from './replays.ts'
import type { AdminInput } from './route.ts'
import { ADMIN_ROUTES } from './routes.ts'
import { verifyWebhook } from './verify-webhook.ts'
import { readKeys } from './webhook-keys.ts'
import { withDocument } from './with-document.ts'

/** Largest request body, in bytes: far more than any operation needs. */
const REQUEST_LIMIT = 64 * 1_024

/**
 * Serves the API that revokes, and makes and lists tokens, below `options.path`. All of it needs a credential with the
 * configured role; revoking can be done by a signature instead. There is no CORS and there are no cookies: no page of a
 * browser can use it. Every request is audited, refused ones included.
 */
export function registerAdmin(fastify: FastifyInstance, options: AdminOptions): void {
  const routes = withDocument(ADMIN_ROUTES, options.url)
  const replays = createReplays(options.desk.store)

  fastify.register(async scope => {
    scope.decorateRequest(CALL, undefined)
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: REQUEST_LIMIT }, (_, body, done) =>
      done(null, body),
    )
    scope.setErrorHandler((thrown, request, reply) => {
      const call = callOf(request)
      const error = asPosternError(thrown)
      if (error.status >= 500) options.onFailure(thrown, request.id)
      call.failure = error
      sendError(reply, error, options)
    })
    scope.addHook('onRequest', async (request, reply) => {
      const call = new AdminCall(request, options.clientAddress)
      request[CALL] = call
      reply.raw.once('close', () => {
        if (!reply.raw.writableFinished) call.signal.abort()
        options.audit(call.record())
      })
      await admit(call, routes, options)
    })
    scope.route({
      method: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'],
      url: `${options.path}/*`,
      exposeHeadRoute: false,
      handler: (request, reply) => act(callOf(request), options, replays, reply),
    })
  })
}

async function act(
  call: AdminCall,
  options: AdminOptions,
  replays: Replays,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { matched, request } = call
  if (matched === undefined) throw new PosternError('not_found')
  const { route, params } = matched
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
  const webhook = call.principal === undefined ? await readWebhook(call, body, options, replays) : undefined
  const input: AdminInput = {
    params,
    query: readQuery(request.raw.url ?? ''),
    body: route.body === undefined ? undefined : readJsonBody(body),
    webhook,
  }
  const { asked, run } = route.read(input)
  refuseCredentials(asked, options.credentialPrefixes())
  call.asked = asked
  const { answer, about } = await run(options.desk)
  call.asked = { ...asked, ...about }
  if (webhook !== undefined && !webhook.isReplay) await replays.note(webhook.id, body)
  reply.code(route.status).headers(HARMLESS)
  return answer === undefined
    ? reply.send()
    : reply.type('application/json; charset=utf-8').send(JSON.stringify(answer))
}

async function readWebhook(
  call: AdminCall,
  body: Buffer,
  { config, desk }: AdminOptions,
  replays: Replays,
): Promise<NonNullable<AdminInput['webhook']>> {
  const keys = readKeys(config().webhook)
  const id = verifyWebhook(call.request.raw.rawHeaders, body, keys, desk.now())
  call.webhookId = id
  return { id, isReplay: await replays.has(id, body) }
}

const CALL = Symbol('administration call')

declare module 'fastify' {
  interface FastifyRequest {
    [CALL]?: AdminCall | undefined
  }
}

function callOf(request: FastifyRequest): AdminCall {
  const call = request[CALL]
  if (call === undefined) throw new PosternError('internal_error', { detail: 'the request was not admitted' })
  return call
}

const HARMLESS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }

function sendError(reply: FastifyReply, error: PosternError, { challenge }: AdminOptions): void {
  // A body that nobody reads must not be taken for the next request.
  const { complete } = reply.request.raw
  reply
    .code(error.status === 200 ? 500 : error.status)
    .headers({
      ...HARMLESS,
      ...(complete === false && { connection: 'close' }),
      ...challenge(error),
      ...error.headers,
    })
    .type('application/json; charset=utf-8')
    .send(JSON.stringify({ error: { code: error.code, message: error.message } }))
}

function asPosternError(thrown: unknown): PosternError {
  if (thrown instanceof PosternError) return thrown.code === 'store_unavailable' ? unanswered(thrown) : thrown
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : ''
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new PosternError('payload_too_large', { cause: thrown })
  if (code.startsWith('FST_ERR_CTP')) {
    return new PosternError('invalid_request', {
      message: 'The request’s body can’t be read.',
      cause: thrown,
    })
  }
  return new PosternError('internal_error', { cause: thrown })
}

/** Whoever revokes must not take this for a promise. */
function unanswered(error: PosternError): PosternError {
  return new PosternError('store_unavailable', {
    message:
      'The store can’t be asked right now, so nothing is promised: what was asked for may or may not have been done. Try again shortly.',
    detail: error.detail,
    cause: error,
    headers: { 'Retry-After': '1', ...error.headers },
  })
}
