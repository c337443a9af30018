import type { Tool } from '../../catalogue/tool.ts'
import type { ServerConfig } from '../../config/schema.ts'
import type { OAuthClient } from '../client.ts'
import type { AuthorizationRequest } from '../grant.ts'
import { oauthError } from '../oauth-error.ts'
import type { Person } from '../person.ts'
import { findResource } from '../resource-url.ts'
import { type Grantable, grantableScopes } from '../scopes/grantable-scopes.ts'
import { offeredScopes } from '../scopes/offered-scopes.ts'
import type { OAuthSurroundings } from '../surroundings.ts'

/** What a person is asked about: the server, its tools, and what of all that they can give. */
export interface ConsentMatter {
  readonly server: ServerConfig
  readonly tools: readonly Tool[]
  readonly grantable: Grantable
}

/**
 * Works it out by the configuration in force now: between two pages it may have become another one.
 *
 * @throws PosternError `oauth_flow_ended` where the server is gone
 */
export function consentMatter(
  request: AuthorizationRequest,
  client: OAuthClient,
  person: Person,
  surroundings: Pick<OAuthSurroundings, 'config' | 'baseUrl' | 'policy' | 'toolsOf'>,
): ConsentMatter {
  const config = surroundings.config()
  const server = findResource(request.resource, surroundings.baseUrl(), config.servers)?.server
  const tools = server && surroundings.toolsOf(server.path)
  if (server === undefined || tools === undefined) {
    throw oauthError(
      'oauth_flow_ended',
      'The server that the app asked for is no longer there. Start again from your client.',
    )
  }
  const policy = surroundings.policy()
  const grantable = grantableScopes({
    asked: request.scopes,
    person,
    clientScopes: client.scopes,
    offered: offeredScopes(config, tools, policy).offered,
    declared: config.scopes,
    policy,
    tools,
  })
  return { server, tools, grantable }
}
