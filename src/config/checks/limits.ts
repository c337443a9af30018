import type { Config } from '../config.ts'
import { limitIdentity } from '../limit-identity.ts'
import type { Finding } from '../problem.ts'

/** Limits that say of the same calls, counted the same way, two different things, or can never let a call through. */
export function checkLimits({ limits, apis }: Config): readonly Finding[] {
  return [...repeated(limits), ...unaffordable(limits, apis)]
}

function repeated(limits: Config['limits']): readonly Finding[] {
  const seen = new Map<string, number>()
  const findings: Finding[] = []
  for (const [index, limit] of limits.entries()) {
    for (const kind of ['rate', 'budget'] as const) {
      if (limit[kind] === undefined) continue
      const identity = limitIdentity(limit, kind)
      const before = seen.get(identity)
      if (before === undefined) {
        seen.set(identity, index)
        continue
      }
      findings.push({
        path: ['limits', index, kind],
        message: `limits[${before}] counts the same calls over the same time`,
        fix: 'keep the stricter one',
        concerns: [['limits', before]],
      })
    }
  }
  return findings
}

/** A rule whose every call costs more than a budget for all calls ever has. */
function unaffordable(limits: Config['limits'], apis: Config['apis']): readonly Finding[] {
  const budgets = limits.flatMap(({ budget, tier, tool, scheme }) =>
    budget === undefined || tier !== undefined || tool !== undefined || scheme !== undefined
      ? []
      : budget.amount,
  )
  const least = Math.min(...budgets)
  return apis.flatMap(({ tools }, index) =>
    (tools.rules ?? []).flatMap(({ cost = 0 }, position) =>
      cost <= least
        ? []
        : [
            {
              path: ['apis', index, 'tools', 'rules', position, 'cost'],
              message: `it is more than the whole budget of ${least}, so the tool could never be called`,
              fix: 'lower it, raise the budget, or exclude the operation',
              concerns: [['limits']],
            },
          ],
    ),
  )
}
