import type { FastifyInstance } from 'fastify'
import type { Identity, Rooms } from './assemble.ts'
import { bundlePath, offeredBundle } from './bundle/offered-bundle.ts'
import { runInSlices } from './catalogue/run-in-slices.ts'
import type { Tool } from './catalogue/tool.ts'
import type { Config } from './config/config.ts'
import { hasConnectPage } from './config/has-connect-page.ts'
import { isLeftOut } from './config/is-left-out.ts'
import type { ServerConfig } from './config/schema.ts'
import { type DescribedServer, describeGateway } from './console/describe-gateway.ts'
import { connectPage } from './console/pages/connect-page.ts'
import { CONNECT_STYLE_SOURCE } from './console/pages/connect-style.ts'
import { COPY_SOURCE } from './console/pages/copy-script.ts'
import { STYLE_SOURCE } from './console/pages/style-sheet.ts'
import { PosternError } from './errors.ts'
import { admitHost } from './mcp/admit-host.ts'
import { PATHS } from './oauth/paths.ts'
import { endpointScopes } from './oauth/scopes/endpoint-scopes.ts'
import { offeredScopes } from './oauth/scopes/offered-scopes.ts'
import { sendAnswer } from './oauth/send-answer.ts'
import { parseScope } from './policy/parse-scope.ts'
import type { Policy } from './policy/policy.ts'
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
    async handler(request, reply) {
      const rooms = current()
      admitHost(rooms.access, request.raw)
      if (!hasConnectPage(rooms.config)) throw new PosternError('not_found')
      const html = await drawn(rooms, { baseUrl: rooms.config.publicUrl ?? address(), version })
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
const pages = new WeakMap<Rooms, Promise<string>>()

function drawn(rooms: Rooms, site: Site): Promise<string> {
  const page = pages.get(rooms) ?? draw(rooms, site)
  pages.set(rooms, page)
  return page
}

async function draw(rooms: Rooms, site: Site): Promise<string> {
  const { config, policy } = rooms
  const description = describeGateway({
    config,
    policy,
    baseUrl: site.baseUrl,
    servers: told(rooms, site),
    connections: hasPeople(rooms) ? PATHS.connections : undefined,
  })
  return connectPage(await runInSlices(description))
}

/** What strangers are told of which servers is decided once for all that is published. */
function told({ config, policy, servers }: Rooms, site: Site): readonly DescribedServer[] {
  return config.servers.flatMap((settings, index) => {
    if (isLeftOut(config, settings.path)) return []
    const tools = servers[index]?.tools ?? []
    const named = publicTools(settings, tools, config, policy) ?? []
    const scopes = tellableScopes(config, settings, tools, policy)
    const bundle = offeredBundle(config, settings, site) && site.baseUrl + bundlePath(config, settings)
    return [{ settings, tools, named, scopes, bundle }]
  })
}

/** Names that no metadata gives away are for those to know who have them; tiers are the same everywhere. */
function tellableScopes(
  config: Config,
  { auth }: ServerConfig,
  tools: readonly Tool[],
  policy: Policy,
): readonly string[] {
  const asked = new Set(endpointScopes(config, auth && new Set(auth), tools, policy).offered)
  const { offered } = offeredScopes(config, tools, policy)
  return offered.filter(scope => asked.has(scope) || parseScope(scope) !== undefined)
}

/** Whether people sign in at the authorization server. */
function hasPeople({ config }: Rooms): boolean {
  return config.auth.some(scheme => scheme.type === 'oauth' && scheme.signIn.length > 0)
}
