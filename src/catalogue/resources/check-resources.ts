import { type ConfigProblem, formatPath } from '../../config/problem.ts'
import type { ApiConfig } from '../../config/schema.ts'
import type { CompiledOperation } from '../compile-api.ts'

/**
 * Finds what the rules of one API expose as resources and can't be: other methods than GET, what has an effect or
 * needs what no URI can say; and URI templates that do not fit their operation.
 *
 * @param index - position of the API in the configuration
 */
export function checkResources(
  api: ApiConfig,
  index: number,
  operations: readonly CompiledOperation[],
): readonly ConfigProblem[] {
  const problems = new Map<string, ConfigProblem>()
  for (const { draft, rules } of operations) {
    const offer = draft?.offer
    if (offer === undefined || 'resource' in offer) continue
    const key = offer.isAboutUri && rules.uri !== undefined ? 'uri' : 'expose'
    const position = rules.matched.findLast(each => api.tools.rules?.[each]?.[key] !== undefined)
    const path = formatPath(['apis', index, 'tools', 'rules', position ?? 0, key])
    // One for each rule: a rule that matches a hundred operations by mistake is one mistake.
    if (!problems.has(path))
      problems.set(path, Object.freeze({ path, message: offer.message, fix: offer.fix }))
  }
  return [...problems.values(), ...vain(api, index)]
}

/** A URI for what is no resource says something that its author believes in. */
function vain(api: ApiConfig, index: number): readonly ConfigProblem[] {
  return (api.tools.rules ?? []).flatMap(({ uri, expose }, position) => {
    if (uri === undefined || [expose ?? []].flat().includes('resource')) return []
    return {
      path: formatPath(['apis', index, 'tools', 'rules', position, 'uri']),
      message: 'the rule gives a URI to what it does not expose as a resource',
      fix: 'add `expose: resource`, or remove it',
    }
  })
}
