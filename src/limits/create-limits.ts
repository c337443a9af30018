import type { Tool } from '../catalogue/tool.ts'
import type { LimitConfig } from '../config/schema.ts'
import { PosternError } from '../errors.ts'
import type { Charge, Spending } from '../store/counter.ts'
import type { Store } from '../store/store.ts'
import { type CompiledLimit, compileLimit } from './compile-limit.ts'
import { countedAs, type LimitedCaller } from './counted-as.ts'
import { limitError } from './limit-error.ts'
import { type LimitHeaders, rateLimitHeaders } from './rate-limit-headers.ts'

/** A call that the policy allows, before anything is done. */
export interface LimitedCall extends Omit<LimitedCaller, 'tool'> {
  readonly tool: Tool
  /** Told how much is left, whether or not the call is let through; left out where nobody reads headers. */
  readonly onHeaders?: ((headers: LimitHeaders) => void) | undefined
}

/** The configured limits. */
export interface Limits {
  /**
   * Counts a call, in one question to the store, against all limits that are about it; or against none where one of
   * them has no room. Done at once where the store answers at once.
   *
   * @throws PosternError `rate_limited`, `budget_exceeded`; `store_unavailable` where the counters can't be asked:
   *   nothing is let through uncounted.
   */
  readonly count: (call: LimitedCall) => void | Promise<void>
}

/** Undefined where none are configured, so that calls have nothing to ask. */
export function createLimits(
  configured: readonly LimitConfig[],
  store: Pick<Store, 'spend'>,
): Limits | undefined {
  if (configured.length === 0) return undefined
  const limits = configured.flatMap(compileLimit)
  const byTool = new WeakMap<Tool, readonly CompiledLimit[]>()

  function aboutTool(tool: Tool): readonly CompiledLimit[] {
    const known = byTool.get(tool)
    if (known !== undefined) return known
    const { cost = 1 } = tool
    const found = limits.filter(limit => limit.coversTool(tool) && (limit.kind === 'rate' || cost > 0))
    byTool.set(tool, found)
    return found
  }

  return {
    count(call) {
      const { scheme } = call.principal
      const asked = aboutTool(call.tool).filter(limit => limit.coversScheme(scheme))
      if (asked.length === 0) return
      const charges = asked.map(limit => chargeOf(limit, call))
      const settle = (spending: Spending) => conclude(asked, charges, spending, call.onHeaders)
      let spending: Spending | Promise<Spending>
      try {
        spending = store.spend(charges)
      } catch (error) {
        throw asUnavailable(error)
      }
      if (!(spending instanceof Promise)) return settle(spending)
      return spending.then(settle, error => {
        throw asUnavailable(error)
      })
    },
  }
}

function chargeOf({ kind, per, id, allowance }: CompiledLimit, call: LimitedCall): Charge {
  const { principal, server, client, tool } = call
  return {
    key: `${id}:${countedAs(per, { principal, server, client, tool: tool.name })}`,
    allowance,
    amount: kind === 'rate' ? 1 : (tool.cost ?? 1),
  }
}

function conclude(
  limits: readonly CompiledLimit[],
  charges: readonly Charge[],
  spending: Spending,
  onHeaders: LimitedCall['onHeaders'],
): void {
  if (spending.allowed) {
    onHeaders?.(rateLimitHeaders(limits, spending))
    return
  }
  const error = limitError(limits, charges, spending)
  onHeaders?.(error.headers ?? {})
  throw error
}

/** The store speaks of credentials, which is what it is mostly asked for. */
function asUnavailable(error: unknown): unknown {
  if (!(error instanceof PosternError) || error.code !== 'store_unavailable') return error
  const { detail = error.message, headers = {} } = error
  return new PosternError('store_unavailable', {
    message:
      'How much has been called can’t be found out right now, so nothing is let through. Try again shortly.',
    detail,
    headers,
    cause: error,
  })
}
