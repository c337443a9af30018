import type { Principal } from '../../auth/principal.ts'
import { configuredSurface } from '../../catalogue/search/configured-surface.ts'
import { selectTools } from '../../catalogue/select-tools.ts'
import type { Catalogue, Tool } from '../../catalogue/tool.ts'
import type { Config } from '../../config/config.ts'
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
  readonly tools: readonly Tool[]
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
  tokensOf: (tool: Tool) => number,
): readonly MeasuredList[] {
  const policy = createPolicy(config)
  const sets = [['read:*'], ['write:*'], ['*'], ...Object.keys(config.scopes).map(scope => [scope])]
  if (asked !== undefined && !sets.some(set => set.join(' ') === asked.join(' '))) sets.push([...asked])
  return config.servers.flatMap(server => {
    const tools = selectTools(catalogue, server)
    const surface = configuredSurface(config, server, catalogue, tools)
    const listed = (caller: Principal) =>
      surface === undefined ? visibleTools(policy, caller, tools) : listedTools(policy, caller, surface)
    const isSearched = surface !== undefined && tools.length > surface.above
    const measure = (scopes: readonly string[] | undefined, list: readonly Tool[]): MeasuredList => ({
      server: server.path,
      scopes,
      tools: list,
      tokens: list.reduce((sum, tool) => sum + tokensOf(tool), 0),
    })
    return [
      measure(undefined, isSearched ? listed(pretendCaller(['*'])) : tools),
      ...sets.map(scopes => measure(scopes, listed(pretendCaller(scopes)))),
    ]
  })
}

/** Counts each tool once. */
export function rememberTokens(count: CountTokens): (tool: Tool) => number {
  const known = new WeakMap<Tool, number>()
  return tool => {
    const tokens = known.get(tool) ?? count(tool.definition)
    known.set(tool, tokens)
    return tokens
  }
}
