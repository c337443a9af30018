import type { Tool } from '../../catalogue/tool.ts'
import type { Config } from '../../config/config.ts'
import { parseScope } from '../../policy/parse-scope.ts'
import type { Policy } from '../../policy/policy.ts'
import { unmatchedScopes } from '../../policy/unmatched-scopes.ts'

/** Scopes that clients of one MCP server can ask for, and those of a client that asks for none. Frozen. */
export interface OfferedScopes {
  readonly offered: readonly string[]
  /** Among {@link offered}. */
  readonly defaults: readonly string[]
}

/** What says which scopes there are, besides the tools. */
export type ScopeSettings = Pick<Config, 'auth' | 'scopes'>

/**
 * The scopes of one MCP server: those that the scheme `oauth` is configured with, else the names declared under
 * `scopes`, else the tiers that the tools have, as `read:*`, and names that they ask for. Of each only what opens something there, so that nobody is
 * asked to approve what can't be used.
 *
 * Pure. It is asked for every request to public addresses, so the same question is answered from memory.
 *
 * @param tools - those of the server
 */
export function offeredScopes(
  { auth, scopes }: ScopeSettings,
  tools: readonly Tool[],
  policy: Policy,
): OfferedScopes {
  const scheme = auth.find(({ type }) => type === 'oauth')
  const known = remembered.get(tools)
  if (known !== undefined && known.scheme === scheme && known.policy === policy) return known.answer
  const oauth = scheme?.type === 'oauth' ? scheme : undefined
  const all = oauth?.scopes ?? (Object.keys(scopes).length > 0 ? Object.keys(scopes) : tiersOf(tools))
  const useless = new Set(unmatchedScopes(all, tools, policy))
  const offered = Object.freeze([...new Set(all)].filter(scope => !useless.has(scope)))
  const preferred = offered.filter(scope => oauth?.defaultScopes?.includes(scope) ?? true)
  const defaults = preferred.length > 0 ? Object.freeze(preferred) : offered
  const answer = Object.freeze({ offered, defaults })
  remembered.set(tools, { scheme, policy, answer })
  return answer
}

/** Belongs to one configuration, which its policy and scheme stand for. */
interface Remembered {
  readonly scheme: Config['auth'][number] | undefined
  readonly policy: Policy
  readonly answer: OfferedScopes
}

const remembered = new WeakMap<readonly Tool[], Remembered>()

const TIERS = ['read', 'write', 'manage'] as const

/** And names that tools ask for besides, which no tier gives. */
function tiersOf(tools: readonly Tool[]): readonly string[] {
  const tiers = TIERS.filter(tier => tools.some(tool => tool.tier === tier)).map(tier => `${tier}:*`)
  const names = tools.flatMap(tool => tool.scopes.filter(scope => parseScope(scope) === undefined))
  return [...tiers, ...new Set(names)]
}
