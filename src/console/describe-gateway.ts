import type { Tool } from '../catalogue/tool.ts'
import type { Config } from '../config/config.ts'
import type { ServerConfig } from '../config/schema.ts'
import { productTitle, serverTitle } from '../config/titles.ts'
import type { Policy } from '../policy/decide.ts'
import { openedTools } from '../policy/opened-tools.ts'
import { CLIENTS, type ClientId, GUIDES } from './client-snippets.ts'
import { failuresOf } from './connection-failures.ts'
import { type Connection, describeConnection } from './describe-connection.ts'
import type { ConnectClient, ConnectPage, ConnectScope, ConnectServer } from './pages/connect-page-data.ts'
import { describeScope } from './pages/describe-scope.ts'
import { describeTools } from './pages/describe-tools.ts'
import { type WayIn, waysIn } from './ways-in.ts'

/** What {@link describeGateway} is made from. */
export interface GatewayDescription {
  readonly config: Pick<
    Config,
    'name' | 'title' | 'auth' | 'servers' | 'scopes' | 'scopeHierarchy' | 'connectPage'
  >
  readonly policy: Policy
  /** `publicUrl`, or the address that is listened on, without a slash at its end. */
  readonly baseUrl: string
  /** The tools of each server, in the order of `config.servers`. */
  readonly tools: readonly (readonly Tool[])[]
  /** The scopes that can be asked for at a server with these tools. */
  readonly offered: (tools: readonly Tool[]) => readonly string[]
  /** Path at which people see and end their connections; undefined: nobody has any. */
  readonly connections: string | undefined
}

/**
 * What strangers are shown of a gateway: how clients are connected, and what scopes give.
 *
 * Names of tools are told only where `connectPage.tools` says so, or where anybody may call the tool without a
 * credential; never of a tool with a condition, since who meets it is nobody else's business. Otherwise there are
 * numbers: what a product can do is often what its competitors would like to know. Pure.
 */
export function describeGateway(description: GatewayDescription): ConnectPage {
  const { config, baseUrl, tools, connections } = description
  const kinds = config.servers.flatMap(server =>
    waysIn(config, server).map(({ credential }) => credential.kind),
  )
  return {
    product: productTitle(config),
    servers: config.servers.map((server, index) => describeServer(server, tools[index] ?? [], description)),
    failures: failuresOf(undefined, kinds).map(({ seen, mend }) => ({ seen, mend })),
    connections: connections === undefined ? undefined : baseUrl + connections,
  }
}

function describeServer(
  server: ServerConfig,
  tools: readonly Tool[],
  { config, policy, baseUrl, offered }: GatewayDescription,
): ConnectServer {
  const url = baseUrl + server.path
  const ways = waysIn(config, server)
  const clients = CLIENTS.map(client => ({
    client,
    ...describeConnection({ config, server, url, client }),
  }))
  const open = anonymousScopes(config, server)
  const isOpen = ways.every(({ credential }) => credential.kind === 'none')
  const publicTools = new Set(open.flatMap(scope => openedTools(scope, tools, policy)))
  const shown = config.connectPage === false ? false : config.connectPage.tools
  const isNamed = (tool: Tool) => tool.when === undefined && (shown ?? publicTools.has(tool))
  return {
    title: serverTitle(server, config),
    url,
    ways: ways.map(({ words, source, help }) => ({ words, source, help })),
    clients: clients.filter(({ snippets }) => snippets.length > 0).map(one => clientOf(one, ways)),
    leftOut: clients
      .filter(({ snippets }) => snippets.length === 0)
      .map(({ client, notes }) => ({ title: GUIDES[client].title, why: notes.join(' ') })),
    scopes: (isOpen ? open : offered(tools)).map(scope =>
      describeOffer(scope, openedTools(scope, tools, policy), isNamed, config),
    ),
  }
}

function clientOf(
  { client, snippets, notes }: Connection & { readonly client: ClientId },
  ways: readonly WayIn[],
): ConnectClient {
  const kind = ways.find(({ words }) => words === snippets[0]?.way)?.credential.kind
  return {
    title: GUIDES[client].title,
    how: kind === 'oauth' ? 'browser' : kind === 'none' ? 'open' : 'token',
    snippets,
    notes,
  }
}

function describeOffer(
  scope: string,
  opened: readonly Tool[],
  isNamed: (tool: Tool) => boolean,
  { scopes, scopeHierarchy }: Pick<Config, 'scopes' | 'scopeHierarchy'>,
): ConnectScope {
  return {
    ...describeScope(scope, { declared: scopes, hierarchy: scopeHierarchy }),
    count: opened.length,
    conditional: opened.filter(({ when }) => when !== undefined).length,
    abilities: describeTools(opened, isNamed, opened.length),
  }
}

/** Scopes that callers without a credential have there. */
function anonymousScopes({ auth }: Pick<Config, 'auth'>, server: ServerConfig): readonly string[] {
  if (server.auth?.includes('anonymous') === false) return []
  return auth.flatMap(scheme => (scheme.type === 'anonymous' ? scheme.scopes : []))
}
