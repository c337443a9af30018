import type { JSONWebKeySet } from 'jose'
import { challenge } from '../../auth/challenge.ts'
import type { Endpoint, Site } from '../../auth/endpoint.ts'
import type { Principal, SchemeType } from '../../auth/principal.ts'
import type { Tool } from '../../catalogue/tool.ts'
import type { Config } from '../../config/config.ts'
import type { ServerConfig } from '../../config/schema.ts'
import type { PosternError } from '../../errors.ts'
import type { Policy } from '../../policy/policy.ts'
import { findResource } from '../resource-url.ts'
import { endpointScopes } from '../scopes/endpoint-scopes.ts'
import { stepUpScopes } from '../scopes/step-up-scopes.ts'
import { resourceMetadataUrl } from './well-known.ts'

/** All that sign callers in under one configuration; prepared at load, and the same objects for every request. */
export interface GatewayEndpoints {
  /** One per entry of `servers`, in order. */
  readonly servers: readonly McpEndpoint[]
  readonly admin: Endpoint | undefined
  readonly passthrough: Endpoint | undefined
  readonly site: Site
}

/** An MCP server. */
export interface McpEndpoint extends Endpoint {
  readonly path: string
  /** Whether clients can get tokens for it: then it has metadata. */
  readonly takesTokens: boolean
  /** Headers of a refusal (401 or 403); a caller who lacks scopes is told what to ask for. */
  readonly challenge: (
    error: PosternError,
    principal: Principal | undefined,
  ) => Readonly<Record<string, string>>
}

/** What {@link createGatewayEndpoints} needs. */
export interface EndpointsOptions {
  readonly config: Pick<Config, 'name' | 'auth' | 'scopes' | 'servers' | 'admin' | 'passthrough'>
  /** The tools of each server, in the order of `config.servers`. */
  readonly tools: readonly (readonly Tool[])[]
  readonly policy: Policy
  /** `publicUrl`, or the address that is listened on, without a slash at its end; '' while there is none yet. */
  readonly baseUrl: () => string
  /** Public keys of machine tokens. */
  readonly keys: JSONWebKeySet | undefined
}

/** Schemes whose tokens come from an authorization server that clients can find. */
const OF_TOKENS: readonly SchemeType[] = ['oauth', 'jwt']

/** Prepares the endpoints of a configuration. */
export function createGatewayEndpoints(options: EndpointsOptions): GatewayEndpoints {
  const { config, baseUrl, keys } = options
  const { servers, admin, passthrough } = config
  const all = [...servers, ...(admin === undefined ? [] : [admin]), ...(passthrough ? [passthrough] : [])]
  return {
    servers: servers.map((server, index) => mcpEndpoint(server, options.tools[index] ?? [], options)),
    admin: admin && Object.freeze({ path: admin.path, allowed: new Set(admin.auth) }),
    passthrough: passthrough && Object.freeze({ path: passthrough.path }),
    site: Object.freeze({
      baseUrl,
      keys,
      pathOf(audience: string) {
        const base = baseUrl()
        return base === '' ? undefined : findResource(audience, base, all)?.server.path
      },
    }),
  }
}

/** Whether somebody signs in at a server with a token that its client can get. */
export function takesTokens(server: Pick<ServerConfig, 'auth'>, auth: Config['auth']): boolean {
  return auth.some(({ type }) => OF_TOKENS.includes(type) && (server.auth?.includes(type) ?? true))
}

function mcpEndpoint(
  server: ServerConfig,
  tools: readonly Tool[],
  { config, policy, baseUrl }: EndpointsOptions,
): McpEndpoint {
  const allowed = server.auth && new Set(server.auth)
  const isOfTokens = takesTokens(server, config.auth)
  const { offered, defaults } = endpointScopes(config, allowed, tools, policy)
  const metadata = isOfTokens ? () => resourceMetadataUrl(baseUrl(), server.path) : undefined
  return Object.freeze({
    path: server.path,
    allowed,
    metadata,
    scopes: defaults,
    takesTokens: isOfTokens,
    challenge(error: PosternError, principal: Principal | undefined) {
      const realm = config.name
      // Whoever came with another credential gets no further by way of an authorization server.
      if (metadata === undefined || principal === undefined || !canStepUp(principal)) {
        return challenge(error, { realm })
      }
      const scopes = stepUpScopes(missingOf(error), principal.scopes, offered, policy)
      return challenge(error, { realm, metadata: metadata(), scopes })
    },
  })
}

function canStepUp({ scheme }: Principal): boolean {
  return OF_TOKENS.includes(scheme) || scheme === 'anonymous'
}

function missingOf({ data }: PosternError): readonly string[] {
  const missing: unknown = data?.scopes
  return Array.isArray(missing) ? missing.filter(scope => typeof scope === 'string') : []
}
