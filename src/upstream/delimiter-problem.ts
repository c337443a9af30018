import { DELIMITERS, type ParameterValue } from '../catalogue/arguments/expand-simple.ts'
import type { ParameterPlan } from '../catalogue/tool.ts'

/**
 * Why a list can't be written in the style of its parameter: an item contains what stands between the items, which
 * even encoded would make two of it. Undefined if it can. The comma is not looked at: encoded, it stays in its item.
 */
export function delimiterProblem({ style }: ParameterPlan, value: ParameterValue): string | undefined {
  const delimiter = DELIMITERS[style]
  if (delimiter === undefined || typeof value === 'string') return undefined
  const items = 'pairs' in value ? value.pairs.flat() : value
  return items.some(item => item.includes(delimiter)) ? `items without ${NAMES[delimiter]}` : undefined
}

const NAMES: Readonly<Record<string, string>> = { ' ': 'spaces', '|': 'bars', '\t': 'tabs' }
