import type { Tool } from '../catalogue/tool.ts'
import type { Config } from '../config/config.ts'
import { describeScope } from '../console/pages/describe-scope.ts'
import type { PageScope } from '../console/pages/page-data.ts'
import { endpointScopes } from '../oauth/scopes/endpoint-scopes.ts'
import type { Policy } from '../policy/policy.ts'
import type { PublishedServer } from './site.ts'

/**
 * The scopes of a server that strangers may know, in words: those that its metadata names anyway, and those that the
 * published tools ask for.
 *
 * @param all - every tool of the server
 */
export function publicScopes(
  { settings, tools = [] }: PublishedServer,
  all: readonly Tool[],
  config: Pick<Config, 'auth' | 'scopes' | 'scopeHierarchy'>,
  policy: Policy,
): readonly PageScope[] {
  const allowed = settings.auth && new Set(settings.auth)
  const { offered, defaults } = endpointScopes(config, allowed, all, policy)
  // The built-in authorization server lists all that it gives; of another one's, only the defaults are in metadata.
  const isListed = config.auth.some(({ type }) => type === 'oauth') && allowed?.has('oauth') !== false
  const names = new Set([...(isListed ? offered : defaults), ...tools.flatMap(({ scopes }) => scopes)])
  const known = { declared: config.scopes, hierarchy: config.scopeHierarchy }
  return [...names].map(name => describeScope(name, known))
}
