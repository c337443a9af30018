import type { Entitlement, Principal } from '../auth/principal.ts'
import type { Tool } from '../catalogue/tool.ts'
import type { Config } from '../config/config.ts'
import { compileGrants, type Grants } from './compile-grants.ts'
import { declaredName } from './declared-name.ts'
import { parseScope } from './parse-scope.ts'
import type { Policy, RequiredScope } from './policy.ts'
import { satisfies } from './satisfies.ts'
import { createTenants, NO_TENANT } from './tenants.ts'
import { unmetCondition } from './unmet-condition.ts'

export type { Policy } from './policy.ts'

/** The policy's answer for one caller and one tool. */
export type Decision = Allowed | Denied

/** The caller may see and call the tool. */
export interface Allowed {
  readonly allow: true
}

/** The caller may neither see nor call the tool. */
export interface Denied {
  readonly allow: false
  readonly code: 'insufficient_scope' | 'access_denied'
  /** The scopes that are missing, each the smallest that would do; empty for `access_denied`. */
  readonly scopes: readonly string[]
  /** What is missing, in words for the person with the client: scopes by their declared names, where they have one. */
  readonly message: string
}

/** Makes the policy of a configuration. Pure: the same configuration always decides the same. */
export function createPolicy(
  config: Pick<Config, 'scopes' | 'scopeHierarchy'> & Partial<Pick<Config, 'apis' | 'entitlements'>>,
): Policy {
  const { entitlements } = config
  return Object.freeze({
    declared: new Map(Object.entries(config.scopes).map(([name, { allow }]) => [name, [...allow]])),
    scopeHierarchy: config.scopeHierarchy,
    tenants: createTenants(config.apis ?? []),
    learnt: new Set(LEARNT.filter(member => entitlements?.[member] !== undefined)),
    derived: { grants: new WeakMap(), conditions: new WeakMap(), required: new WeakMap() },
  })
}

const LEARNT: readonly Entitlement[] = ['flags', 'roles']
const ALLOWED: Allowed = Object.freeze({ allow: true })
const OF_NO_TENANT: Denied = Object.freeze({
  allow: false,
  code: 'access_denied',
  scopes: [],
  message: NO_TENANT,
})

/**
 * Decides whether this caller may see and call this tool. `tools/list` and `tools/call` both ask here.
 *
 * The caller needs every scope of the tool, or the tool's own name as a scope; then the tool's `when` must
 * yield exactly `true` (a failing or non-boolean condition refuses). Where the API has a backend for each tenant, the
 * caller is of one of them. Looks at scopes, roles and the other
 * members of the principal only: whether the credential is still good was decided before.
 */
export function decide(policy: Policy, principal: Principal, tool: Tool): Decision {
  const missing = missingScopes(policy, grantsOf(policy, principal), tool)
  if (missing.length > 0) {
    const names = [...new Set(missing.map(({ name }) => name))]
    return {
      allow: false,
      code: 'insufficient_scope',
      scopes: missing.map(({ scope }) => scope),
      message: `This credential does not allow ${tool.name}: it lacks the scope${names.length > 1 ? 's' : ''} ${names.join(' and ')}. Ask for a credential that has ${names.length > 1 ? 'them' : 'it'}.`,
    }
  }
  const tenants = policy.tenants?.get(tool.api)
  if (tenants !== undefined && tenants.of(principal) === undefined) return OF_NO_TENANT
  if (tool.when === undefined || holds(policy, principal, tool.when)) return ALLOWED
  return {
    allow: false,
    code: 'access_denied',
    scopes: [],
    message: unmetCondition(tool.name, tool.when, principal),
  }
}

/** Whether the caller's scopes alone allow a tool; whose it is, and on which condition, is not looked at. */
export function hasScopes(policy: Policy, principal: Principal, tool: Tool): boolean {
  return missingScopes(policy, grantsOf(policy, principal), tool).length === 0
}

const NONE: readonly RequiredScope[] = Object.freeze([])

function missingScopes(policy: Policy, grants: Grants, tool: Tool): readonly RequiredScope[] {
  if (grants.everything || grants.literal.has(tool.name)) return NONE
  let missing: RequiredScope[] | undefined
  for (const required of requiredOf(policy, tool)) {
    if (satisfies(grants, required)) continue
    missing ??= []
    missing.push(required)
  }
  return missing ?? NONE
}

/** What this caller's scopes give, taken together. */
export function grantsOf(policy: Policy, principal: Principal): Grants {
  const known = policy.derived.grants.get(principal)
  if (known !== undefined) return known
  const grants = compileGrants(policy, principal.scopes)
  policy.derived.grants.set(principal, grants)
  return grants
}

function requiredOf(policy: Policy, tool: Tool): readonly RequiredScope[] {
  const known = policy.derived.required.get(tool)
  if (known !== undefined) return known
  // A tool that asks for nothing is a mistake of its compiler, and must not be open to everyone.
  const scopes = tool.scopes.length > 0 ? tool.scopes : [`${tool.tier}:${tool.resource}`]
  const required = scopes.map(scope => {
    const asked = { scope, parsed: parseScope(scope) }
    return { ...asked, name: declaredName(policy, asked) ?? scope }
  })
  policy.derived.required.set(tool, required)
  return required
}

/** Whether this caller meets a condition: it yields exactly `true`. */
export function holds(policy: Policy, principal: Principal, when: NonNullable<Tool['when']>): boolean {
  let known = policy.derived.conditions.get(principal)
  if (known === undefined) {
    known = new Map()
    policy.derived.conditions.set(principal, known)
  }
  let value = known.get(when)
  if (value === undefined) {
    value = when.evaluate(principal) === true
    known.set(when, value)
  }
  return value
}
