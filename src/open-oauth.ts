import type { FastifyInstance } from 'fastify'
import type { Rooms } from './assemble.ts'
import type { Audit } from './audit/audit.ts'
import type { AuditRecord } from './audit/record.ts'
import type { Config } from './config/config.ts'
import type { OAuthConfig } from './config/schema.ts'
import { productTitle } from './config/titles.ts'
import { problemPage } from './console/pages/problem-page.ts'
import { STYLE_SOURCE } from './console/pages/style-sheet.ts'
import { PosternError } from './errors.ts'
import type { Log } from './log.ts'
import { reachableTools } from './mcp/reachable-tools.ts'
import { createAuthorizationServer } from './oauth/authorization-server.ts'
import type { FetchDocumentOptions } from './oauth/clients/fetch-document.ts'
import type { OAuthEvent } from './oauth/http.ts'
import { metadataRoutes } from './oauth/metadata/metadata-routes.ts'
import { basePath } from './oauth/metadata/well-known.ts'
import { registerOAuth } from './oauth/register-oauth.ts'
import type { OAuthSurroundings } from './oauth/surroundings.ts'
import type { Store } from './store/store.ts'

/** What stays the same as long as the process runs. */
export interface OAuthLasting {
  readonly store: Store
  readonly audit: Audit
  readonly log: Log
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** The address that is listened on, without a slash at its end. */
  readonly address: () => string
  /** How documents of clients are fetched; undefined for the way that the product does. */
  readonly documents?: FetchDocumentOptions | undefined
}

/**
 * Opens what clients ask to get a token: the metadata of every MCP server and, where it is configured, the
 * authorization server. Where neither is, the well-known addresses answer 404.
 */
export function openOAuth(fastify: FastifyInstance, current: () => Rooms, lasting: OAuthLasting): void {
  const surroundings = surroundingsOf(current, lasting)
  const { config, baseUrl, onFailure } = surroundings
  const hasServer = current().config.auth.some(({ type }) => type === 'oauth')
  registerOAuth(fastify, {
    routes: [
      ...metadataRoutes(surroundings),
      ...(hasServer
        ? createAuthorizationServer(surroundings, {
            documents: lasting.documents,
            onPause: pause => lasting.log.warn(pause, 'too many wrong client secrets'),
          })
        : []),
    ],
    isSecure: () => baseUrl().startsWith('https:'),
    basePath: () => basePath(baseUrl()),
    access: { isHostAllowed: (host, port) => current().access.isHostAllowed(host, port) },
    clientAddress: request => current().clientAddress(request),
    styleSource: STYLE_SOURCE,
    problemPage: (error, requestId) => problemPage(productTitle(config()), error, requestId),
    onFailure,
  })
}

function surroundingsOf(
  current: () => Rooms,
  { store, audit, log, now, address }: OAuthLasting,
): OAuthSurroundings {
  const config = () => current().config
  return {
    store,
    now,
    baseUrl: () => config().publicUrl ?? address(),
    config,
    oauth: () => oauthOf(config()),
    policy: () => current().policy,
    toolsOf: path => {
      const server = current().servers.find(each => each.path === path)
      return server && reachableTools(server)
    },
    verifyWithProduct: () => current().askProduct,
    signing: () => current().signing,
    onEvent: event => audit.write(recordOf(event)),
    onFailure: (error, requestId) => log.error({ err: error, requestId }, 'the authorization server failed'),
  }
}

/** A reload can't take it away. */
function oauthOf({ auth }: Config): OAuthConfig {
  for (const scheme of auth) if (scheme.type === 'oauth') return scheme
  throw new PosternError('internal_error', { detail: 'the scheme oauth is gone from the configuration' })
}

const REFUSALS: ReadonlySet<OAuthEvent['type']> = new Set([
  'sign_in_failed',
  'denied',
  'token_refused',
  'reuse_detected',
])

function recordOf({ type, requestId, code, from, ...about }: OAuthEvent): AuditRecord {
  return {
    event: 'oauth',
    requestId,
    outcome: REFUSALS.has(type) ? 'denied' : 'ok',
    code,
    operation: type,
    remoteAddress: from,
    arguments: about,
  }
}
