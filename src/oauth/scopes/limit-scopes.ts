import type { Principal } from '../../auth/principal.ts'
import type { Tool } from '../../catalogue/tool.ts'
import { decide } from '../../policy/decide.ts'
import type { Policy } from '../../policy/policy.ts'

/**
 * Those of the scopes that open nothing beyond what a limit opens: what somebody who has `limit` can give to a client.
 * In their order, none twice. A scope stays where the limit has it to the letter, or where of every tool that it opens,
 * or opens a part of, the limit opens as much. So `read:*` can be given by somebody who has `read:invoices`, if there is
 * nothing else to read.
 *
 * Pure. Conditions (`when`) of tools are not looked at: they are decided at each call.
 *
 * @param limit - undefined: no limit
 * @param tools - those of the MCP server that it is about
 */
export function limitScopes(
  scopes: readonly string[],
  limit: readonly string[] | undefined,
  tools: readonly Tool[],
  policy: Policy,
): readonly string[] {
  const wanted = [...new Set(scopes)]
  if (limit === undefined) return wanted
  const given = new Set(limit)
  const giver = bearerOf(limit)
  return wanted.filter(scope => given.has(scope) || isWithin(bearerOf([scope]), giver, tools, policy))
}

function isWithin(wanted: Principal, giver: Principal, tools: readonly Tool[], policy: Policy): boolean {
  let isUseful = false
  for (const tool of tools) {
    const required = missingOf(NOBODY, tool, policy)
    const stillMissing = new Set(missingOf(wanted, tool, policy))
    const opened = required.filter(scope => !stillMissing.has(scope))
    if (opened.length === 0) continue
    isUseful = true
    const beyond = new Set(missingOf(giver, tool, policy))
    if (opened.some(scope => beyond.has(scope))) return false
  }
  // What opens nothing today could open something after a change of the catalogue.
  return isUseful
}

function missingOf(bearer: Principal, tool: Tool, policy: Policy): readonly string[] {
  const decision = decide(policy, bearer, tool)
  return decision.allow ? NONE : decision.scopes
}

const NONE: readonly string[] = Object.freeze([])

/** Somebody who has nothing but these scopes. */
function bearerOf(scopes: readonly string[]): Principal {
  return Object.freeze({
    subject: 'nobody',
    organization: undefined,
    roles: NONE,
    scopes,
    scheme: 'oauth',
    schemeIndex: 0,
    credentialId: 'none',
    expiresAt: undefined,
    client: undefined,
    sequence: undefined,
    issuedAt: undefined,
    restsOn: NONE,
    audience: undefined,
  })
}

const NOBODY = bearerOf(NONE)
