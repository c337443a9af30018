import type { ErrorName } from '../../config/error-names.ts'
import type { AnswerErrors } from '../answer-plan.ts'

/**
 * Compiles the names of a backend's error answers: `403` for a status, `403 NOT_ENROLLED` for a status whose body has
 * that code.
 *
 * @param rules - `errors` of each rule that matches an operation, first to last; later ones win, name by name
 * @returns undefined where nothing is named
 */
export function compileErrors(
  rules: readonly Readonly<Record<string, ErrorName>>[],
): AnswerErrors | undefined {
  const merged = new Map(rules.flatMap(Object.entries<ErrorName>))
  if (merged.size === 0) return undefined
  const byStatus = new Map<number, { whole: ErrorName | undefined; byCode: Map<string, ErrorName> }>()
  for (const [key, name] of merged) {
    const status = Number(key.slice(0, 3))
    const named = byStatus.get(status) ?? { whole: undefined, byCode: new Map() }
    byStatus.set(status, named)
    if (key.length === 3) named.whole = name
    else named.byCode.set(key.slice(4), name)
  }
  return byStatus
}
