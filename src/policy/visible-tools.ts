import type { Principal } from '../auth/principal.ts'
import type { Tool } from '../catalogue/tool.ts'
import { decide } from './decide.ts'
import type { Policy } from './policy.ts'

/** Different visible lists that are kept per selection; beyond it lists are made anew. */
const KEPT_LISTS = 1_000

interface Lists {
  readonly ofPrincipal: WeakMap<Principal, readonly Tool[]>
  /** Lists by which tools they hold, so that callers who see the same tools share one list. */
  readonly byContent: Map<string, readonly Tool[]>
}

const listsOf = new WeakMap<Policy, WeakMap<readonly Tool[], Lists>>()

/**
 * The tools of a selection that this caller may call, in the selection's order: exactly those that
 * {@link decide} allows.
 *
 * Callers who see the same tools of the same selection get the same frozen array, so what is made from it
 * (serialised lists) can be kept by its identity.
 */
export function visibleTools(policy: Policy, principal: Principal, tools: readonly Tool[]): readonly Tool[] {
  const lists = listsFor(policy, tools)
  const known = lists.ofPrincipal.get(principal)
  if (known !== undefined) return known
  const list = unify(lists, tools, policy, principal)
  lists.ofPrincipal.set(principal, list)
  return list
}

function unify(lists: Lists, tools: readonly Tool[], policy: Policy, principal: Principal): readonly Tool[] {
  const visible: Tool[] = []
  let content = ''
  for (const [index, tool] of tools.entries()) {
    if (!decide(policy, principal, tool).allow) continue
    visible.push(tool)
    content += `${index},`
  }
  const known = lists.byContent.get(content)
  if (known !== undefined) return known
  const list = Object.freeze(visible)
  if (lists.byContent.size < KEPT_LISTS) lists.byContent.set(content, list)
  return list
}

function listsFor(policy: Policy, tools: readonly Tool[]): Lists {
  let ofPolicy = listsOf.get(policy)
  if (ofPolicy === undefined) {
    ofPolicy = new WeakMap()
    listsOf.set(policy, ofPolicy)
  }
  let lists = ofPolicy.get(tools)
  if (lists === undefined) {
    lists = { ofPrincipal: new WeakMap(), byContent: new Map() }
    ofPolicy.set(tools, lists)
  }
  return lists
}
