import { SkippedOperation } from '../arguments/argument.ts'
import type { JsonObject } from '../tool.ts'
import type { DocumentContext } from './document-context.ts'
import { type HomeServer, homeServer, ownServers } from './home-server.ts'
import { type ServerUrl, serverUrl, UNKNOWN_VARIABLE } from './server-url.ts'

/**
 * The base URL of an operation's calls, without trailing slash: the configuration's `upstream`, else the first
 * server of the document that can be called. An operation or path with servers of its own is called at the first
 * of these that the configuration allows:
 *
 * - one at the document's own origin, under the path it has there. With `upstream`, that is moved along: for a
 *   document at `https://api.acme.com/v1`, a server `https://api.acme.com/v2` and the upstream
 *   `http://localhost:9/v1`, it is `http://localhost:9/v2`;
 * - one that `upstreams` lists, by its origin or by a base URL that it lies under;
 * - without `upstream` and without a credential that it could get hold of, any.
 *
 * @param remarks - gets a line where the configured upstream stands in for an operation's own server
 * @throws SkippedOperation where there is none, with the line to add
 */
export function chooseBaseUrl(
  context: DocumentContext,
  pathItem: JsonObject,
  operation: JsonObject,
  remarks: string[],
): string {
  const { api, loaded } = context
  const upstream = api.upstream?.replace(/\/+$/, '')
  const home = homeServer(loaded)
  const own = ownServers(pathItem, operation)
  if (own === undefined) return upstream ?? callable(home.first)
  const base = loaded.baseUrl ?? home.first.url ?? home.urls[0]
  const servers = own.map(server => serverUrl(server, base))
  for (const server of servers) {
    const url = upstream === undefined ? ownUrl(context, home, server) : movedUrl(context, home, server)
    if (url === undefined) continue
    if (upstream !== undefined && url !== upstream && url !== server.url) {
      remarks.push(`the operation’s own server, ${server.url}, is called at ${url}, as \`upstream\` says`)
    }
    return url
  }
  throw new SkippedOperation(whyNot(context, home, servers))
}

function callable({ url, problem }: ServerUrl): string {
  if (url !== undefined && problem === undefined) return url
  throw new SkippedOperation(`${problem ?? 'the document names no server'}; set \`upstream\` of the API`)
}

/** The server's own URL, if calls may go there though nothing is configured. */
function ownUrl(context: DocumentContext, home: HomeServer, { url, problem }: ServerUrl): string | undefined {
  if (url === undefined || problem !== undefined) return undefined
  const presents = context.api.credentials.some(({ type }) => type !== 'none')
  const atHome = [home.first.url ?? home.urls[0]].some(each => each !== undefined && isSameOrigin(each, url))
  return !presents || atHome || isListed(context, url) ? url : undefined
}

/** Where the server is under the configured upstream, or its own URL if that is listed. */
function movedUrl(
  context: DocumentContext,
  home: HomeServer,
  { url, problem }: ServerUrl,
): string | undefined {
  if (url === undefined) return undefined
  if (problem === undefined && isListed(context, url)) return url
  const upstream = new URL(context.api.upstream ?? '')
  for (const each of home.urls.filter(known => isSameOrigin(known, url))) {
    const path = movedPath(pathOf(upstream.href), pathOf(each), pathOf(url))
    if (path !== undefined && !path.includes(UNKNOWN_VARIABLE)) return upstream.origin + path
  }
  return problem === undefined && isSameOrigin(upstream.href, url) ? url : undefined
}

/** Undefined where nothing says how the document's paths and the upstream's correspond. */
function movedPath(upstream: string, home: string, own: string): string | undefined {
  if (own === home || own.startsWith(`${home}/`)) return upstream + own.slice(home.length)
  return upstream.endsWith(home) ? upstream.slice(0, upstream.length - home.length) + own : undefined
}

function isListed({ api }: DocumentContext, url: string): boolean {
  return api.upstreams.some(listed => {
    const path = pathOf(listed)
    const own = pathOf(url)
    return isSameOrigin(listed, url) && (own === path || own.startsWith(`${path}/`))
  })
}

function whyNot({ api }: DocumentContext, home: HomeServer, servers: readonly ServerUrl[]): string {
  const found = servers.find(({ url, problem }) => url !== undefined && problem === undefined)?.url
  if (found === undefined) {
    return `${servers[0]?.problem ?? 'its server can’t be called'}; correct it in the document or by an overlay`
  }
  const listed = (url: string) => `\`upstreams: [${[...api.upstreams, url].join(', ')}]\``
  const { origin } = new URL(found)
  if (api.upstream !== undefined && home.urls.some(each => isSameOrigin(each, found))) {
    return `the operation’s own server is ${found}, and nothing says where that is under the configured \`upstream\`, whose path ends otherwise than the document’s server; let it end alike, or add the line ${listed(found)} to the API ${api.name} to call it where it is`
  }
  return `the operation’s own server is ${found}, another origin than the API’s, to which calls and their credential go only if the configuration says so; add the line ${listed(origin)} to the API ${api.name} if they may`
}

function pathOf(url: string): string {
  return new URL(url).pathname.replace(/\/+$/, '')
}

function isSameOrigin(one: string, other: string): boolean {
  return new URL(one).origin === new URL(other).origin
}
