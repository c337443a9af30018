import type { Principal } from '../auth/principal.ts'
import type { Tool } from '../catalogue/tool.ts'
import type { Expression } from '../config/expression.ts'
import type { Grants, ScopeRules } from './compile-grants.ts'
import type { TierScope } from './parse-scope.ts'
import type { TenantsOfApis } from './tenants.ts'

/** The rules of one loaded configuration, with what was derived from them so far. */
export interface Policy extends ScopeRules {
  readonly tenants: TenantsOfApis
  /** Members of a principal that the product is asked for at each call, and that nobody knows of before. */
  readonly learnt: ReadonlySet<string>
  /** Derived values; they only save work and never change an answer. */
  readonly derived: {
    readonly grants: WeakMap<Principal, Grants>
    readonly conditions: WeakMap<Principal, Map<Expression, boolean>>
    readonly required: WeakMap<Tool, readonly RequiredScope[]>
  }
}

/** One scope that a tool asks for. */
export interface RequiredScope {
  readonly scope: string
  /** Undefined for an opaque scope. */
  readonly parsed: TierScope | undefined
  /** What people call it: the first declared name that gives it, else itself. */
  readonly name: string
}
