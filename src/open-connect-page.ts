import type { FastifyInstance } from 'fastify'
import type { Rooms } from './assemble.ts'
import { describeGateway } from './console/describe-gateway.ts'
import { connectPage } from './console/pages/connect-page.ts'
import { CONNECT_STYLE_SOURCE } from './console/pages/connect-style.ts'
import { COPY_SOURCE } from './console/pages/copy-script.ts'
import { STYLE_SOURCE } from './console/pages/style-sheet.ts'
import { PosternError } from './errors.ts'
import { PATHS } from './oauth/paths.ts'
import { offeredScopes } from './oauth/scopes/offered-scopes.ts'
import { sendAnswer } from './oauth/send-answer.ts'

/**
 * Opens the page at `/` that shows people how to connect their clients, to everybody who can reach the gateway. There
 * is none where an MCP server has that path, or the configuration wants none: then `/` is answered as any address at
 * which there is nothing. It takes GET and HEAD, whatever they accept.
 *
 * @param address - the address that is listened on, without a slash at its end
 */
export function openConnectPage(fastify: FastifyInstance, current: () => Rooms, address: () => string): void {
  if (current().config.servers.some(({ path }) => path === '/')) return
  fastify.route({
    method: ['GET', 'HEAD'],
    url: '/',
    handler(request, reply) {
      const rooms = current()
      if (!rooms.access.isHostAllowed(request.headers.host, request.raw.socket.localPort)) {
        throw new PosternError('host_not_allowed')
      }
      if (rooms.config.connectPage === false) throw new PosternError('not_found')
      const html = drawn(rooms, rooms.config.publicUrl ?? address())
      return sendAnswer(
        reply,
        { status: 200, body: { html } },
        { cors: false },
        {
          isSecure: () => false,
          styleSource: `${STYLE_SOURCE} ${CONNECT_STYLE_SOURCE}`,
          scriptSource: COPY_SOURCE,
        },
      )
    },
  })
}

/** Whoever asks, it is the same page until the next reload; the address that is listened on is one for the process. */
const pages = new WeakMap<Rooms, string>()

function drawn(rooms: Rooms, baseUrl: string): string {
  const known = pages.get(rooms)
  if (known !== undefined) return known
  const { config, policy, servers } = rooms
  const page = connectPage(
    describeGateway({
      config,
      policy,
      baseUrl,
      tools: servers.map(({ tools }) => tools),
      offered: tools => offeredScopes(config, tools, policy).offered,
      connections: hasPeople(rooms) ? PATHS.connections : undefined,
    }),
  )
  pages.set(rooms, page)
  return page
}

/** Whether people sign in at the authorization server. */
function hasPeople({ config }: Rooms): boolean {
  return config.auth.some(scheme => scheme.type === 'oauth' && scheme.signIn.length > 0)
}
