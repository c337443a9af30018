import { createAnonymousCaller } from '../auth/schemes/anonymous.ts'
import type { Tool } from '../catalogue/tool.ts'
import type { Config } from '../config/config.ts'
import type { ServerConfig } from '../config/schema.ts'
import type { Policy } from '../policy/policy.ts'
import { visibleTools } from '../policy/visible-tools.ts'

/**
 * The tools of a server that strangers may read of, in the server's order; undefined where they are told of none.
 *
 * Where the configuration shows tools (`publication.tools`), those with `when` are left out all the same: that a tool is
 * there is for those to know who meet its condition. Where anybody may call without a credential, it is what such a caller is listed,
 * by the same policy.
 *
 * @param tools - all of the server's
 */
export function publicTools(
  server: Pick<ServerConfig, 'auth'>,
  tools: readonly Tool[],
  { auth, publication }: Pick<Config, 'auth' | 'publication'>,
  policy: Policy,
): readonly Tool[] | undefined {
  if (publication === false) return undefined
  const index = auth.findIndex(({ type }) => type === 'anonymous' && (server.auth?.includes(type) ?? true))
  const config = auth[index]
  const open =
    config?.type === 'anonymous'
      ? new Set(visibleTools(policy, createAnonymousCaller({ config, index }).principal, tools))
      : undefined
  if (open === undefined && !publication.tools) return undefined
  return tools.filter(tool => open?.has(tool) || (publication.tools && tool.when === undefined))
}
