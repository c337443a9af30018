/**
 * What stands between a call and the tools of a server that is searched instead of listed. It only says which tool
 * is meant, by whom it is answered and whether it was called the right way; that the caller may call it is decided
 * after, by the policy, on the tool itself.
 */
import type { Principal } from '../../auth/principal.ts'
import type { Profile } from '../../catalogue/profiles/client-limits.ts'
import { type SearchSurface, TIERS } from '../../catalogue/search/search-surface.ts'
import type { Tool } from '../../catalogue/tool.ts'
import { PosternError } from '../../errors.ts'
import type { FoundCall, SearchFront, ToolCall } from '../call.ts'
import { clientProfile } from '../client-profile.ts'
import { answerDescribe } from './answer-describe.ts'
import { answerSearch } from './answer-search.ts'
import { readExecution } from './read-execution.ts'
import { suggestNames } from './suggest-names.ts'

/** What the front asks the policy. */
export interface SearchFrontOptions {
  readonly surface: SearchSurface
  /** The tools behind, by name. */
  readonly byName: ReadonlyMap<string, Tool>
  readonly isSearching: (principal: Principal) => boolean
  readonly listed: (principal: Principal) => readonly Tool[]
  /** The tools behind that the caller may call: the same array for the same tools. */
  readonly visible: (principal: Principal) => readonly Tool[]
  readonly isVisible: (principal: Principal, tool: Tool) => boolean
}

/** What the answers to search and describe are made from, for one caller. */
export interface Behind {
  readonly surface: SearchSurface
  readonly visible: readonly Tool[]
  /** The kind of client that definitions are written for. */
  readonly profile: Profile
  /** A visible tool by its name; undefined for those that are hidden just as for those that do not exist. */
  readonly find: (name: string) => Tool | undefined
}

/** Makes the front of one server. */
export function createSearchFront(options: SearchFrontOptions): SearchFront {
  const { surface, byName, isSearching } = options
  const tierOf = new Map(TIERS.map(tier => [surface.execute[tier].name, tier]))
  return {
    listed: options.listed,
    find(call) {
      const { principal } = call.caller
      if (!isSearching(principal)) return undefined
      if (call.name === surface.search.name) {
        return own(call, surface.search, () => answerSearch(call.arguments, behind(options, call)))
      }
      if (call.name === surface.describe.name) {
        return own(call, surface.describe, () => answerDescribe(call.arguments, behind(options, call)))
      }
      const tier = tierOf.get(call.name)
      if (tier === undefined) return direct(call, byName.get(call.name), surface)
      const { name, args } = readExecution(call.arguments)
      const inner: ToolCall = { ...call, name, arguments: args, via: call.name }
      const tool = byName.get(name)
      if (tool === undefined) return { call: inner, error: unknownTool(name, behind(options, call)) }
      if (tool.tier === tier) return { call: inner, tool }
      return { call: inner, tool, answer: () => refuseTier(tool, surface) }
    },
  }
}

function behind({ surface, byName, visible, isVisible }: SearchFrontOptions, call: ToolCall): Behind {
  const { principal } = call.caller
  return {
    surface,
    visible: visible(principal),
    profile: clientProfile(call.server.profile, call.client),
    find(name) {
      const tool = byName.get(name)
      return tool !== undefined && isVisible(principal, tool) ? tool : undefined
    },
  }
}

function own(call: ToolCall, tool: Tool, answer: FoundCall['answer']): FoundCall {
  return { call, tool, isOwn: true, answer }
}

/**
 * Clients ask for confirmation by the hints of the tools that they were shown. A call past those would not be
 * asked about, so it is refused, even where the policy allows it; where the policy does not, it says so first.
 */
function direct(call: ToolCall, tool: Tool | undefined, surface: SearchSurface): FoundCall {
  if (tool === undefined) {
    const message = `There is no tool of this name on this server. Search with ${surface.search.name}.`
    return { call, error: new PosternError('unknown_tool', { message }) }
  }
  return {
    call,
    tool,
    answer() {
      const how = JSON.stringify({ name: tool.name, arguments: {} })
      throw new PosternError('unknown_tool', {
        message: `${tool.name} is not on this server’s list. Run it with ${surface.execute[tool.tier].name}, its own arguments in \`arguments\`: ${how}.`,
      })
    },
  }
}

function refuseTier(tool: Tool, surface: SearchSurface): never {
  throw new PosternError('invalid_arguments', {
    message: `${tool.name} is a ${tool.tier} tool: run it with ${surface.execute[tool.tier].name}. Nothing was done.`,
  })
}

/** For the model to read, as it has to search again; the names that it may have meant are those it may call. */
function unknownTool(name: string, caller: Behind): PosternError {
  const meant = suggestNames(name, caller)
  const hint = meant.length > 0 ? `Did you mean ${meant.join(', ')}?` : ''
  return new PosternError('invalid_arguments', {
    message: `There is no tool of this name. ${hint} Search with ${caller.surface.search.name}.`.replace(
      '  ',
      ' ',
    ),
  })
}
