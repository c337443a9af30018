import type { Principal } from '../../auth/principal.ts'
import { definitionIn } from '../../catalogue/lint/client-verdict.ts'
import { configuredSurface } from '../../catalogue/search/configured-surface.ts'
import { selectTools } from '../../catalogue/select-tools.ts'
import type { Catalogue, Tool } from '../../catalogue/tool.ts'
import type { Config } from '../../config/config.ts'
import type { PROFILES } from '../../config/schema/server.ts'
import { createPolicy } from '../../policy/decide.ts'
import { listedTools } from '../../policy/listed-tools.ts'
import { visibleTools } from '../../policy/visible-tools.ts'
import type { CountTokens } from '../count-tokens.ts'
import { pretendCaller } from '../pretend-caller.ts'

/** One list of tools and what it costs a model to read. */
export interface MeasuredList {
  /** Path of the server. */
  readonly server: string
  /** Of the caller; undefined for the list with every tool, whatever its condition. */
  readonly scopes: readonly string[] | undefined
  readonly profile: (typeof PROFILES)[number]
  readonly tools: readonly MeasuredTool[]
  readonly tokens: number
}

/** A tool and what its entry of the list costs. */
export interface MeasuredTool {
  readonly tool: Tool
  readonly tokens: number
}

/**
 * The lists that servers give: the whole one, those of callers with each tier and each declared scope, and, where
 * scopes are asked for, that of a caller with all of them. Where tools are searched, the list holds what is listed
 * instead of them.
 */
export function measureLists(
  config: Config,
  catalogue: Catalogue,
  asked: readonly string[] | undefined,
  count: CountTokens,
): readonly MeasuredList[] {
  // Callers of whichever tenant.
  const policy = { ...createPolicy(config), tenants: undefined }
  const tokensOf = remember(count)
  const sets = [['read:*'], ['write:*'], ['*'], ...Object.keys(config.scopes).map(scope => [scope])]
  if (asked !== undefined && !sets.some(set => set.join(' ') === asked.join(' '))) sets.push([...asked])
  return config.servers.flatMap(server => {
    const tools = selectTools(catalogue, server)
    const surface = configuredSurface(config, server, catalogue, tools)
    const listed = (caller: Principal) =>
      surface === undefined ? visibleTools(policy, caller, tools) : listedTools(policy, caller, surface)
    const isSearched = surface !== undefined && tools.length > surface.above
    const measure = (scopes: readonly string[] | undefined, list: readonly Tool[]): MeasuredList => {
      const measured = list.map(tool => ({ tool, tokens: tokensOf(definitionIn(tool, server.profile)) }))
      const tokens = measured.reduce((sum, one) => sum + one.tokens, 0)
      return { server: server.path, scopes, profile: server.profile, tools: measured, tokens }
    }
    return [
      measure(undefined, isSearched ? listed(pretendCaller(['*'])) : tools),
      ...sets.map(scopes => measure(scopes, listed(pretendCaller(scopes)))),
    ]
  })
}

/** Counts each text once. */
function remember(count: CountTokens): CountTokens {
  const known = new Map<string, number>()
  return text => {
    const tokens = known.get(text) ?? count(text)
    known.set(text, tokens)
    return tokens
  }
}
