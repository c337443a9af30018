import Fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify'
import { authenticate, type Caller } from './credentials.ts'
import { Problem } from './problem.ts'
import type { Answer, Context, Route } from './route.ts'
import { allRoutes } from './routes.ts'
import { allows } from './scopes.ts'

/** The largest body: a hundred lines of the longest text fit. */
const BODY_LIMIT = 512 * 1_024

/** Tallybook as a Fastify application that does not listen yet: routes, sign-in and errors. */
export function createApp(context: Context): FastifyInstance {
  const app = Fastify({
    bodyLimit: BODY_LIMIT,
    exposeHeadRoutes: false,
    frameworkErrors: (error, _request, reply) => sendProblem(reply, problemOf(error)),
  })
  const routes = allRoutes(context)
  // JSON only: without this Fastify would also read text/plain.
  app.removeContentTypeParser('text/plain')
  app.addHook('onSend', async (_request, reply) => {
    reply.headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
  })
  app.setErrorHandler((error: FastifyError, _request, reply) => sendProblem(reply, problemOf(error)))
  app.setNotFoundHandler((request, reply) => sendProblem(reply, nothingHere(routes, request)))
  for (const route of routes) serve(app, context, route)
  // For whoever runs the process: public, no part of the API, and true once the database answers.
  app.get('/healthz', () => {
    context.database.one('SELECT 1')
    return { status: 'ok' }
  })
  return app
}

function serve(app: FastifyInstance, context: Context, route: Route): void {
  const callers = new WeakMap<FastifyRequest, Caller>()
  app.route<{ Params: { id?: string } }>({
    method: route.method,
    url: route.path.replace('{id}', ':id'),
    // Before the body is read: who may not call learns nothing about the body.
    onRequest: async request => {
      callers.set(request, authorize(context, route, request))
    },
    handler: (request, reply) => {
      const caller = callers.get(request)
      if (!caller) throw new Error('the request was not authorised')
      const { params, query, body } = request
      return sendAnswer(reply, route.answer({ caller, id: params.id ?? '', query, body }))
    },
  })
}

function authorize({ database }: Context, { scope }: Route, request: FastifyRequest): Caller {
  const caller = authenticate(database, request.headers)
  if (scope !== undefined && !allows(caller.scopes, scope)) {
    throw new Problem(403, `This credential does not allow ${scope}.`, {
      requiredScope: scope,
      headers: {
        'www-authenticate': `Bearer realm="tallybook", error="insufficient_scope", scope="${scope}"`,
      },
    })
  }
  return caller
}

function sendAnswer(reply: FastifyReply, { status, headers = {}, body }: Answer): FastifyReply {
  return reply.code(status).headers(headers).send(body)
}

function sendProblem(reply: FastifyReply, { status, headers, body }: Problem): void {
  reply.code(status).headers(headers).type('application/problem+json').send(JSON.stringify(body))
}

/** What the framework's own refusals are called here; everything else is our mistake and says nothing. */
function problemOf(error: Error & { statusCode?: number }): Problem {
  if (error instanceof Problem) return error
  switch (error.statusCode) {
    case 400:
      return new Problem(400, 'The request can’t be read: the URL or the JSON body is malformed.')
    case 413:
      return new Problem(413, `The body is larger than ${BODY_LIMIT} bytes.`)
    case 415:
      return new Problem(415, 'The body must be application/json.')
    default:
      return new Problem(500, 'Something went wrong in Tallybook.')
  }
}

function nothingHere(routes: readonly Route[], request: FastifyRequest): Problem {
  const path = request.url.replace(/\?.*$/s, '')
  const methods = routes.filter(route => pattern(route).test(path)).map(route => route.method)
  if (methods.length === 0) return new Problem(404, 'There is nothing at this address.')
  const allow = [...new Set(methods)].join(', ')
  return new Problem(405, `This address takes ${allow}.`, { headers: { allow } })
}

function pattern({ path }: Route): RegExp {
  return new RegExp(`^${path.replace('{id}', '[^/]+')}$`)
}
