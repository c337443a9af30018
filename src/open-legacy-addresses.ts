import type { FastifyInstance } from 'fastify'
import type { Rooms } from './assemble.ts'
import type { Config } from './config/config.ts'
import { isLeftOut } from './config/is-left-out.ts'
import { pathHolds } from './config/path-holds.ts'
import { PosternError } from './errors.ts'
import { admitHost } from './mcp/admit-host.ts'
import { legacyAddresses } from './mcp/legacy-addresses.ts'

/**
 * Answers clients of HTTP+SSE, the transport of 2024, where they usually look, with what to do instead: 410, which no
 * client takes for a reason to try an older transport yet (a 404 or 405 is one, by MCP 2025-11-25 basic/transports
 * "Backwards Compatibility"). Only where nothing else is served, and only of servers that strangers are told of by now.
 *
 * @param address - the address that is listened on, without a slash at its end
 */
export function openLegacyAddresses(
  fastify: FastifyInstance,
  current: () => Rooms,
  address: () => string,
): void {
  const { config } = current()
  const paths = config.servers.map(({ path }) => path)
  for (const path of legacyAddresses(paths).keys()) {
    if (isTaken(path, config)) continue
    fastify.route({
      method: ['GET', 'HEAD', 'POST'],
      url: path,
      // Before anybody looks at the body.
      async onRequest(request) {
        const { access, config: inForce } = current()
        admitHost(access, request.raw)
        const servers = legacyAddresses(toldOf(inForce)).get(path)
        if (servers === undefined) throw new PosternError('not_found')
        const baseUrl = inForce.publicUrl ?? address()
        throw legacyTransport(servers.map(server => baseUrl + server))
      },
      handler() {
        throw new PosternError('not_found')
      },
    })
  }
}

/** An address beside a server must not tell of one that strangers are not told of. */
function toldOf(config: Config): readonly string[] {
  if (config.publication === false) return []
  return config.servers.map(({ path }) => path).filter(path => !isLeftOut(config, path))
}

/** By a server, or by what has a say about all addresses below its own. */
function isTaken(path: string, { servers, admin, passthrough }: Config): boolean {
  if (servers.some(server => server.path === path)) return true
  return [admin?.path, passthrough?.path].some(taken => taken !== undefined && pathHolds(taken, path))
}

function legacyTransport(urls: readonly string[]): PosternError {
  const [url = ''] = urls
  return new PosternError('legacy_transport', {
    message:
      `The HTTP+SSE transport of MCP 2024-11-05 is not served. Use Streamable HTTP at ${urls.join(' or ')}: ` +
      'in the client’s settings choose HTTP, not SSE (`--transport http`). A client that knows only the old one can ' +
      `start a bridge as a local program: \`npx -y mcp-remote ${url}\` signs in in the browser, ` +
      `\`npx -y postern bridge ${url}\` sends the token in POSTERN_TOKEN.`,
  })
}
