import type { Sliced } from '../catalogue/run-in-slices.ts'
import type { Tool } from '../catalogue/tool.ts'
import type { Config } from '../config/config.ts'
import type { ServerConfig } from '../config/schema.ts'
import { productTitle, serverTitle } from '../config/titles.ts'
import type { Policy } from '../policy/decide.ts'
import { openedTools } from '../policy/opened-tools.ts'
import { CLIENTS, type ClientId, GUIDES, leftOut } from './client-snippets.ts'
import { failuresOf } from './connection-failures.ts'
import { type Connection, describeConnection, type OfferedSnippet } from './describe-connection.ts'
import type { ConnectClient, ConnectPage, ConnectScope, ConnectServer } from './pages/connect-page-data.ts'
import { describeScope } from './pages/describe-scope.ts'
import { describeTools } from './pages/describe-tools.ts'
import { type WayIn, waysIn } from './ways-in.ts'

/** What {@link describeGateway} is made from. */
export interface GatewayDescription {
  readonly config: Pick<Config, 'name' | 'title' | 'auth' | 'servers' | 'scopes' | 'scopeHierarchy'>
  readonly policy: Policy
  /** `publicUrl`, or the address that is listened on, without a slash at its end. */
  readonly baseUrl: string
  /** Those that strangers are told of. */
  readonly servers: readonly DescribedServer[]
  /** Path at which people see and end their connections; undefined: nobody has any. */
  readonly connections: string | undefined
}

/** A server, and what may be told of it. */
export interface DescribedServer {
  /** One of `config.servers`. */
  readonly settings: ServerConfig
  /** All of its tools. */
  readonly tools: readonly Tool[]
  /** Those of them that strangers may read of; the others are only counted. */
  readonly named: readonly Tool[]
  /** The scopes that can be asked for. */
  readonly scopes: readonly string[]
  /** URL of its bundle for Claude Desktop; undefined: there is none. */
  readonly bundle: string | undefined
}

/**
 * What strangers are shown of a gateway: how clients are connected, and what scopes give. Pure. Stops after every scope,
 * as there may be hundreds, and thousands of tools to each.
 */
export function* describeGateway(description: GatewayDescription): Sliced<ConnectPage> {
  const { config, baseUrl, servers, connections } = description
  const kinds = servers.flatMap(({ settings }) =>
    waysIn(config, settings).map(({ credential }) => credential.kind),
  )
  const described: ConnectServer[] = []
  for (const server of servers) described.push(yield* describeServer(server, description))
  return {
    product: productTitle(config),
    servers: described,
    failures: failuresOf(undefined, kinds).map(({ seen, mend }) => ({ seen, mend })),
    connections: connections === undefined ? undefined : baseUrl + connections,
  }
}

function* describeServer(
  { settings: server, tools, named, scopes, bundle }: DescribedServer,
  { config, policy, baseUrl }: GatewayDescription,
): Sliced<ConnectServer> {
  const url = baseUrl + server.path
  const ways = waysIn(config, server)
  const clients = CLIENTS.map(client => ({
    client,
    ...describeConnection({ config, server, url, client }),
  }))
  const isOpen = ways.length > 0 && ways.every(({ credential }) => credential.kind === 'none')
  const tellable = new Set(named)
  const offers: ConnectScope[] = []
  // Where nobody signs in, there is nothing to ask for: only what everybody has.
  for (const scope of isOpen ? anonymousScopes(config) : scopes) {
    offers.push(describeOffer(scope, openedTools(scope, tools, policy), tellable, config))
    yield
  }
  return {
    title: serverTitle(server, config),
    url,
    ways: ways.map(({ title, source, help }) => ({ title, source, help })),
    clients: clients
      .filter(({ snippets }) => snippets.length > 0)
      .map(one => clientOf(one, ways, one.client === 'claude-desktop' ? bundle : undefined)),
    leftOut: nowhere(clients, ways),
    scopes: offers,
  }
}

type ClientConnection = Connection & { readonly client: ClientId }

function clientOf(
  { client, snippets, notes }: ClientConnection,
  ways: readonly WayIn[],
  bundle: string | undefined,
): ConnectClient {
  const wayOf = ({ way }: Pick<OfferedSnippet, 'way'>) => ways.find(({ words }) => words === way)
  const kind = snippets[0] && wayOf(snippets[0])?.credential.kind
  return {
    title: GUIDES[client].title,
    bundle,
    how: kind === 'oauth' ? 'browser' : kind === 'none' ? 'open' : 'token',
    snippets: snippets.map(snippet => ({ ...snippet, heading: wayOf(snippet)?.title ?? snippet.way })),
    notes,
  }
}

/** Clients without any way in; where no person gets in, that is nothing to tell of each. */
function nowhere(connections: readonly ClientConnection[], ways: readonly WayIn[]): ConnectServer['leftOut'] {
  // What stands in the way of the easiest comes first.
  const missing = ways.flatMap(({ credential }) => leftOut(credential))
  return connections.flatMap(({ client, snippets }) => {
    const left = missing.find(one => one.client === client)
    return snippets.length > 0 || left === undefined ? [] : [{ title: left.title, why: left.why }]
  })
}

function describeOffer(
  scope: string,
  opened: readonly Tool[],
  tellable: ReadonlySet<Tool>,
  { scopes, scopeHierarchy }: Pick<Config, 'scopes' | 'scopeHierarchy'>,
): ConnectScope {
  return {
    ...describeScope(scope, { declared: scopes, hierarchy: scopeHierarchy }),
    count: opened.length,
    conditional: opened.filter(({ when }) => when !== undefined).length,
    abilities: describeTools(opened, tool => tellable.has(tool), opened.length),
  }
}

function anonymousScopes({ auth }: Pick<Config, 'auth'>): readonly string[] {
  return auth.flatMap(scheme => (scheme.type === 'anonymous' ? scheme.scopes : []))
}
