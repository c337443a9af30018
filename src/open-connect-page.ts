import type { FastifyInstance } from 'fastify'
import type { Identity, Rooms } from './assemble.ts'
import { bundlePath, offeredBundle } from './bundle/offered-bundle.ts'
import { hasConnectPage } from './config/has-connect-page.ts'
import { isLeftOut } from './config/is-left-out.ts'
import { type DescribedServer, describeGateway } from './console/describe-gateway.ts'
import { connectPage } from './console/pages/connect-page.ts'
import { CONNECT_STYLE_SOURCE } from './console/pages/connect-style.ts'
import { COPY_SOURCE } from './console/pages/copy-script.ts'
import { STYLE_SOURCE } from './console/pages/style-sheet.ts'
import { PosternError } from './errors.ts'
import { PATHS } from './oauth/paths.ts'
import { offeredScopes } from './oauth/scopes/offered-scopes.ts'
import { sendAnswer } from './oauth/send-answer.ts'
import { publicTools } from './publication/public-tools.ts'

/**
 * Opens the page at `/` that shows people how to connect their clients, to everybody who can reach the gateway. There
 * is none where an MCP server has that path, or the configuration wants none: then `/` is answered as any address at
 * which there is nothing. It takes GET and HEAD, whatever they accept.
 */
export function openConnectPage(
  fastify: FastifyInstance,
  current: () => Rooms,
  { version, address }: Identity,
): void {
  if (current().config.servers.some(({ path }) => path === '/')) return
  fastify.route({
    method: ['GET', 'HEAD'],
    url: '/',
    handler(request, reply) {
      const rooms = current()
      if (!rooms.access.isHostAllowed(request.headers.host, request.raw.socket.localPort)) {
        throw new PosternError('host_not_allowed')
      }
      if (!hasConnectPage(rooms.config)) throw new PosternError('not_found')
      const html = drawn(rooms, { baseUrl: rooms.config.publicUrl ?? address(), version })
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

interface Site {
  readonly baseUrl: string
  readonly version: string
}

/** Whoever asks, it is the same page until the next reload; the address that is listened on is one for the process. */
const pages = new WeakMap<Rooms, string>()

function drawn(rooms: Rooms, site: Site): string {
  const known = pages.get(rooms)
  if (known !== undefined) return known
  const { config, policy } = rooms
  const page = connectPage(
    describeGateway({
      config,
      policy,
      baseUrl: site.baseUrl,
      servers: told(rooms, site),
      connections: hasPeople(rooms) ? PATHS.connections : undefined,
    }),
  )
  pages.set(rooms, page)
  return page
}

/** What strangers are told of which servers is decided once for all that is published. */
function told({ config, policy, servers }: Rooms, site: Site): readonly DescribedServer[] {
  return config.servers.flatMap((settings, index) => {
    if (isLeftOut(config, settings.path)) return []
    const tools = servers[index]?.tools ?? []
    const named = publicTools(settings, tools, config, policy) ?? []
    const { offered } = offeredScopes(config, tools, policy)
    const bundle = offeredBundle(config, settings, site) && site.baseUrl + bundlePath(config, settings)
    return [{ settings, tools, named, scopes: offered, bundle }]
  })
}

/** Whether people sign in at the authorization server. */
function hasPeople({ config }: Rooms): boolean {
  return config.auth.some(scheme => scheme.type === 'oauth' && scheme.signIn.length > 0)
}
