import { type ConfigProblem, formatPath } from '../../config/problem.ts'
import type { ApiConfig, RuleConfig, Selector } from '../../config/schema.ts'
import type { CompiledOperation } from '../compile-api.ts'
import { compileSelector } from './match-selector.ts'

/** What the configuration says in vain about one API. */
export interface SelectorFindings {
  /** What would let callers do more than its author meant. */
  readonly problems: readonly ConfigProblem[]
  readonly warnings: readonly ConfigProblem[]
}

/**
 * Finds selectors and rules that match no operation of the document, and bindings that bind nothing. A typo in
 * what restricts (`exclude`, and rules with `when`, `bind`, `scope`, `confirm`, `ask` or a higher `tier`) would fail open: a
 * problem. Anything else is a warning. A standing order by method or deprecation alone (`exclude: [{ method:
 * DELETE }]`) may well match nothing today.
 *
 * @param index - position of the API in the configuration
 */
export function checkSelectors(
  api: ApiConfig,
  index: number,
  operations: readonly CompiledOperation[],
): SelectorFindings {
  const problems: ConfigProblem[] = []
  const warnings: ConfigProblem[] = []
  const note = (failsOpen: boolean, at: readonly PropertyKey[], message: string, fix: string): void => {
    const path = formatPath(['apis', index, 'tools', ...at])
    ;(failsOpen ? problems : warnings).push(Object.freeze({ path, message, fix }))
  }
  const nothing = 'matches no operation of the document'
  for (const list of ['include', 'exclude'] as const) {
    for (const [position, selector] of (api.tools[list] ?? []).entries()) {
      if (matchesAny(selector, operations)) continue
      const failsOpen = list === 'exclude' && isSpecific(selector)
      note(failsOpen, [list, position], nothing, 'correct or remove it; `postern check` lists the operations')
    }
  }
  for (const [position, rule] of (api.tools.rules ?? []).entries()) {
    const own = operations.filter(({ rules }) => rules.matched.includes(position))
    if (own.length === 0) {
      const fix = 'correct `match` or remove the rule; `postern check` lists the operations'
      note(isRestriction(rule), ['rules', position, 'match'], nothing, fix)
    }
    for (const name of Object.keys(rule.bind ?? {})) {
      if (!bindsNothing(position, name, own)) continue
      const fix = 'write the parameter’s name as the document has it, or remove it'
      const message = `no operation that the rule matches has the parameter ${JSON.stringify(name)}`
      note(true, ['rules', position, 'bind', name], message, fix)
    }
    if (choosesNothing(position, own)) {
      const message = `no operation that the rule matches takes a body of ${JSON.stringify(rule.mediaType)}`
      const fix = 'write one of the media types that the document has for the body, or remove it'
      note(false, ['rules', position, 'mediaType'], message, fix)
    }
  }
  for (const { source, draft } of operations) {
    for (const { at, message, fix } of draft?.askingProblems ?? []) {
      note(true, ['rules', ...at], `${message} (${source.method} ${source.path})`, fix)
    }
  }
  return { problems, warnings }
}

function matchesAny(selector: Selector, operations: readonly CompiledOperation[]): boolean {
  const matches = compileSelector(selector)
  return operations.some(({ source }) => matches(source))
}

function isSpecific({ tag, path, operation }: Selector): boolean {
  return tag !== undefined || path !== undefined || operation !== undefined
}

function isRestriction({ when, bind, scope, tier, confirm, ask }: RuleConfig): boolean {
  return (
    when !== undefined ||
    bind !== undefined ||
    scope !== undefined ||
    tier === 'write' ||
    tier === 'manage' ||
    (confirm !== undefined && confirm !== false) ||
    ask !== undefined
  )
}

/** Whether tools were there whose body's media type the rule chooses, and none has it. */
function choosesNothing(position: number, own: readonly CompiledOperation[]): boolean {
  const chosen = own.filter(({ draft, rules }) => draft !== undefined && rules.mediaType?.rule === position)
  return chosen.length > 0 && !chosen.some(({ draft }) => draft?.hasWantedMediaType)
}

/** Whether tools were there to be bound and none had the parameter; a later rule's word does not count. */
function bindsNothing(position: number, name: string, own: readonly CompiledOperation[]): boolean {
  const offered = own.filter(
    ({ draft, rules }) => draft !== undefined && rules.bind.get(name)?.rule === position,
  )
  return (
    offered.length > 0 && !offered.some(({ draft }) => draft?.usedBindings.includes(`${position} ${name}`))
  )
}
