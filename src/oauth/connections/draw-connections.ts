import { productTitle, serverTitle } from '../../config/titles.ts'
import { connectionsPage } from '../../console/pages/connections-page.ts'
import { describeScope } from '../../console/pages/describe-scope.ts'
import type { PageConnection, PageScope, PageToken } from '../../console/pages/page-data.ts'
import type { TokenRecord } from '../../store/store.ts'
import type { Grant } from '../grant.ts'
import { basePath } from '../metadata/well-known.ts'
import { PATHS } from '../paths.ts'
import { findResource } from '../resource-url.ts'
import type { SignedIn } from '../sign-in/sessions.ts'
import type { OAuthSurroundings } from '../surroundings.ts'
import type { Page } from './own-things.ts'

/** What {@link drawConnections} asks. */
export type DrawingRooms = Pick<OAuthSurroundings, 'baseUrl' | 'config' | 'oauth' | 'toolsOf'>

/** What is to be drawn. */
export interface Drawn {
  readonly signedIn: SignedIn
  readonly connections: Page<Grant>
  readonly tokens: Page<TokenRecord>
  /** `after` of either that was asked for. */
  readonly after: { readonly connection: string | undefined; readonly token: string | undefined }
  /** What has just been done. */
  readonly done?: string
  /** What could not be done. */
  readonly problem?: string
}

/** The page of a person's own connections and tokens. */
export function drawConnections(rooms: DrawingRooms, drawn: Drawn): string {
  const { signedIn, connections, tokens, after, done, problem } = drawn
  const { display, organization } = signedIn.person
  const here = basePath(rooms.baseUrl()) + PATHS.connections
  const isFirst = after.connection === undefined && after.token === undefined
  return connectionsPage({
    product: productTitle(rooms.config()),
    form: { action: here, csrf: signedIn.csrf },
    person: { display, organization },
    connections: connections.things.map(grant => toConnection(grant, rooms)),
    tokens: tokens.things.map(token => toToken(token, rooms)),
    moreConnections: connections.next && here + queryOf(connections.next, after.token),
    moreTokens: tokens.next && here + queryOf(after.connection, tokens.next),
    first: isFirst ? undefined : here,
    remark: rooms.oauth().signIn.length > 1 ? OTHER_WAYS : undefined,
    done,
    problem: problem === undefined ? undefined : { text: problem },
  })
}

const OTHER_WAYS =
  'Apps that you connected after signing in in another way are listed when you sign in that way.'

function queryOf(connection: string | undefined, token: string | undefined): string {
  const query = new URLSearchParams()
  if (connection !== undefined) query.set('after', connection)
  if (token !== undefined) query.set('afterToken', token)
  return `?${query}`
}

function toConnection(grant: Grant, rooms: DrawingRooms): PageConnection {
  const { id, client, resource, scopes, createdAt, usedAt } = grant
  const config = rooms.config()
  const server = findResource(resource, rooms.baseUrl(), config.servers)?.server
  const paths = server === undefined ? [] : [server.path]
  return {
    id,
    client: { name: client.name, origin: client.origin, host: client.host },
    server: { title: serverTitle(server, config), url: resource },
    scopes: scopes.map(scope => inWords(scope, paths, rooms)),
    createdAt,
    usedAt,
  }
}

function toToken(token: TokenRecord, rooms: DrawingRooms): PageToken {
  const { id, name, hint, scopes, createdAt, lastUsedAt, expiresAt } = token
  const paths = rooms.config().servers.map(({ path }) => path)
  const words = scopes.map(scope => inWords(scope, paths, rooms))
  return { id, name, hint, scopes: words, createdAt, usedAt: lastUsedAt, expiresAt }
}

function inWords(scope: string, paths: readonly string[], { config, toolsOf }: DrawingRooms): PageScope {
  const { scopes: declared, scopeHierarchy: hierarchy } = config()
  const tool = paths.flatMap(path => toolsOf(path) ?? []).find(({ name }) => name === scope)
  const tools = new Map(tool === undefined ? [] : [[tool.name, tool.title ?? tool.name]])
  return describeScope(scope, { declared, hierarchy, tools })
}
