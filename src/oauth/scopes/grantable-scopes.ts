import type { Tool } from '../../catalogue/tool.ts'
import type { Config } from '../../config/config.ts'
import { compileGrants, type Grants } from '../../policy/compile-grants.ts'
import type { Policy } from '../../policy/policy.ts'
import { possibleTools } from '../../policy/possible-tools.ts'
import type { Person } from '../person.ts'
import { personPrincipal } from '../person-principal.ts'
import { covers, type ScopeMeaning } from './covers.ts'
import { meetScopes } from './meet-scopes.ts'

/** What {@link grantableScopes} goes by. */
export interface GrantingOptions {
  /** What the client asks for. */
  readonly asked: readonly string[]
  readonly person: Person
  /** Most that the client may have; undefined: no limit of its own. */
  readonly clientScopes: readonly string[] | undefined
  /** Scopes that the server offers. */
  readonly offered: readonly string[]
  /** `scopes` of the configuration. */
  readonly declared: Config['scopes']
  readonly policy: Policy
  /** The server's tools. */
  readonly tools: readonly Tool[]
}

/** What a person can give of what is asked for. */
export interface Grantable {
  /** At most {@link MOST_SCOPES}, none twice; a scope of which they have a part is replaced by that part. */
  readonly scopes: readonly string[]
  /** Of those asked for, what can't be given at all. */
  readonly withheld: readonly string[]
}

/** More than these nobody can judge, nor a token carry. */
const MOST_SCOPES = 64

/**
 * What a person can give a client of what it asks for: whatever the person, the client and the server have in common.
 * A scope that all of them cover is given as it is; of another one, what they do have in common, as its own scopes.
 * What opens no tool to this person is not given: there is nothing to approve. What opens one only by flags or roles that
 * the product is asked for at each call (`entitlements`) is given: nobody knows them yet, and each call is decided by
 * them.
 *
 * A declared scope whose `when` does not hold for the person is not given, neither is what only it would give. Pure.
 */
export function grantableScopes(options: GrantingOptions): Grantable {
  const { asked, person, clientScopes, policy, tools } = options
  const meaning = { policy, tools }
  const principal = personPrincipal(person)
  const isBarred = (scope: string) => {
    const condition = Object.hasOwn(options.declared, scope) ? options.declared[scope]?.when : undefined
    return condition !== undefined && condition.evaluate(principal) !== true
  }
  const limits = [options.offered.filter(scope => !isBarred(scope)), clientScopes, person.scopes]
  const bounds = limits.flatMap(scopes => (scopes === undefined ? [] : [boundOf(scopes, policy)]))
  const given = new Set<string>()
  const withheld: string[] = []
  for (const scope of asked) {
    const parts = isBarred(scope) ? [] : within([scope], bounds, meaning)
    const useful = parts.filter(
      part => !isBarred(part) && allowedTools([part], person, policy, tools).length > 0,
    )
    if (useful.length === 0) withheld.push(scope)
    for (const part of useful) if (given.size < MOST_SCOPES) given.add(part)
  }
  return { scopes: [...given], withheld }
}

/** The tools that a person can use with some scopes, or may when the product is asked about them at a call. */
export function allowedTools(
  scopes: readonly string[],
  person: Person,
  policy: Policy,
  tools: readonly Tool[],
): readonly Tool[] {
  return possibleTools(policy, personPrincipal(person, { scopes }), tools)
}

/** Scopes that limit others, with all that they stand for. */
interface Bound {
  readonly grants: Grants
  readonly scopes: readonly string[]
}

function boundOf(scopes: readonly string[], policy: Policy): Bound {
  const grants = compileGrants(policy, scopes)
  return { grants, scopes: [...new Set([...scopes, ...grants.literal])] }
}

function within(
  scopes: readonly string[],
  bounds: readonly Bound[],
  meaning: ScopeMeaning,
): readonly string[] {
  return bounds.reduce<readonly string[]>(
    (parts, bound) => [...new Set(parts.flatMap(part => cut(part, bound, meaning)))],
    scopes,
  )
}

function cut(scope: string, bound: Bound, meaning: ScopeMeaning): readonly string[] {
  if (covers(bound.grants, scope, meaning)) return [scope]
  const own = compileGrants(meaning.policy, [scope])
  const met = [...own.literal].flatMap(part =>
    bound.scopes.flatMap(other => meetScopes(part, other, meaning.policy.scopeHierarchy) ?? []),
  )
  // Whatever they are made of: only what both sides wholly have.
  const common = [...new Set([...own.literal, ...bound.scopes, ...met])].filter(
    part => covers(bound.grants, part, meaning) && covers(own, part, meaning),
  )
  return withoutCovered(common, meaning)
}

/** Leaves out what another of them gives as well; of two that give the same, the first stays. */
function withoutCovered(scopes: readonly string[], meaning: ScopeMeaning): readonly string[] {
  const grants = scopes.map(scope => compileGrants(meaning.policy, [scope]))
  const gives = (a: number, b: number) => {
    const [giver, scope] = [grants[a], scopes[b]]
    return giver !== undefined && scope !== undefined && covers(giver, scope, meaning)
  }
  return scopes.filter(
    (_, own) =>
      !scopes.some((_, other) => other !== own && gives(other, own) && (other < own || !gives(own, other))),
  )
}
