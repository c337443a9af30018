/** The best of the values that fit what was typed. */
export interface MatchingValues {
  /** At most {@link MOST_VALUES}. */
  readonly values: readonly string[]
  /** How many fit. */
  readonly total: number
}

/** Most values in one answer (2026-07-28 server/utilities/completion "Completion Results"). */
export const MOST_VALUES = 100

/** Those that start with what was typed, in their order, then those that have it elsewhere; case does not count. */
export function matchingValues(candidates: readonly string[], typed: string): MatchingValues {
  const wanted = typed.toLowerCase()
  const starting: string[] = []
  const holding: string[] = []
  for (const candidate of new Set(candidates)) {
    const at = candidate.toLowerCase().indexOf(wanted)
    if (at === 0) starting.push(candidate)
    else if (at > 0) holding.push(candidate)
  }
  const all = [...starting, ...holding]
  return { values: all.slice(0, MOST_VALUES), total: all.length }
}
