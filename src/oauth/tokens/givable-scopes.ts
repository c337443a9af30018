import { oauthError } from '../oauth-error.ts'
import type { Person } from '../person.ts'
import { grantableScopes } from '../scopes/grantable-scopes.ts'
import { offeredScopes } from '../scopes/offered-scopes.ts'
import type { OAuthSurroundings } from '../surroundings.ts'

/** Whose token it is, and what limits it. */
export interface GivableOptions {
  /** Path of the MCP server that the token is for. */
  readonly path: string
  /** Undefined: what a client gets that asks for none. */
  readonly asked: readonly string[] | undefined
  /** Whom it speaks for, as they are now. */
  readonly person: Pick<Person, 'subject' | 'organization' | 'roles' | 'scopes'>
  /** Most that the client may have; undefined: no limit of its own. */
  readonly clientScopes: readonly string[] | undefined
}

/**
 * Of the scopes that are asked for at the token endpoint, what the configuration, the person and the client allow now;
 * by the same rules as on the consent page. What somebody has lost, their next token does not have.
 *
 * @throws PosternError `oauth_invalid_scope` where nothing is left, `oauth_invalid_target` where there is no such server
 */
export function givableScopes(
  { config, policy, toolsOf }: Pick<OAuthSurroundings, 'config' | 'policy' | 'toolsOf'>,
  { path, asked, person, clientScopes }: GivableOptions,
): readonly string[] {
  const tools = toolsOf(path)
  if (tools === undefined) throw oauthError('oauth_invalid_target')
  const { offered, defaults } = offeredScopes(config(), tools, policy())
  const { scopes } = grantableScopes({
    asked: asked ?? defaults,
    person: { ...person, display: person.subject, way: '', credential: undefined },
    clientScopes,
    offered,
    declared: config().scopes,
    policy: policy(),
    tools,
  })
  if (scopes.length === 0) throw oauthError('oauth_invalid_scope')
  return scopes
}
