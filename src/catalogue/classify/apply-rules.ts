import type { Expression } from '../../config/expression.ts'
import type { RuleConfig } from '../../config/schema.ts'
import type { AnswerErrors } from '../answer-plan.ts'
import { compileErrors } from '../answers/compile-errors.ts'
import type { Hints, OperationSource, Tier } from '../tool.ts'
import { compileSelector } from './match-selector.ts'

/** What the configuration's rules say about one operation, taken together. */
export interface RuleOutcome {
  readonly name: string | undefined
  readonly title: string | undefined
  readonly description: string | undefined
  readonly tier: Tier | undefined
  readonly resource: string | undefined
  readonly scopes: readonly string[] | undefined
  readonly hints: Partial<Hints>
  readonly when: Expression | undefined
  /** Parameter name as the rule has it → its value, and which rule said so. */
  readonly bind: ReadonlyMap<string, BoundParameter>
  /** The media type in which the body is sent, and which rule said so. */
  readonly mediaType: { readonly type: string; readonly rule: number } | undefined
  /** Members of the answer that are given to the model, as paths. */
  readonly fields: readonly string[] | undefined
  /** JMESPath over the answer, as the configuration has it. */
  readonly result: string | undefined
  /** Longest answer in characters, instead of the API's. */
  readonly resultLimit: number | undefined
  /** What the product calls error answers; undefined where nothing is named. */
  readonly errors: AnswerErrors | undefined
  /** What a call counts against budgets. */
  readonly cost: number | undefined
  /** Whether the user says yes before a call; undefined where no rule says so. */
  readonly confirm: WantedConfirmation | undefined
  /** What the user is asked before a call, and which rule said so. */
  readonly ask: AskedQuestions | undefined
  /** As what it is offered; undefined means as a tool. */
  readonly expose: readonly ('tool' | 'resource')[] | undefined
  /** URI template of the resource, as the configuration has it. */
  readonly uri: string | undefined
  /** Positions of the rules that matched. */
  readonly matched: readonly number[]
}

/** Whether the user says yes before a call, and which rule said so. */
export interface WantedConfirmation {
  readonly value: NonNullable<RuleConfig['confirm']>
  readonly rule: number
}

/** The questions of one rule. */
export interface AskedQuestions {
  readonly questions: NonNullable<RuleConfig['ask']>
  readonly rule: number
}

/** A parameter that a rule sets. */
export interface BoundParameter {
  readonly expression: Expression
  readonly rule: number
}

/**
 * Compiles the rules. For each operation they are read first to last, and later ones win: member by member for
 * hints, name by name for `bind` and `errors`, as a whole for everything else.
 */
export function compileRules(rules: readonly RuleConfig[]): (operation: OperationSource) => RuleOutcome {
  const compiled = rules.map((rule, index) => ({ rule, index, matches: compileSelector(rule.match) }))
  return operation => {
    const matched = compiled.filter(({ matches }) => matches(operation))
    if (matched.length === 0) return NOTHING_SAID
    const last = <K extends keyof RuleConfig>(key: K): RuleConfig[K] | undefined =>
      matched.findLast(({ rule }) => rule[key] !== undefined)?.rule[key]
    const scope = last('scope')
    const expose = last('expose')
    const bind = new Map<string, BoundParameter>()
    for (const { rule, index } of matched) {
      for (const [name, expression] of Object.entries(rule.bind ?? {}))
        bind.set(name, { expression, rule: index })
    }
    return {
      name: last('name'),
      title: last('title'),
      description: last('description'),
      tier: last('tier'),
      resource: last('resource'),
      scopes: scope === undefined ? undefined : [scope].flat(),
      hints: Object.assign({}, ...matched.map(({ rule }) => definedOf(rule.hints ?? {}))),
      when: last('when'),
      bind,
      mediaType: mediaTypeOf(matched),
      fields: last('fields'),
      result: last('result'),
      resultLimit: last('resultLimit'),
      errors: compileErrors(matched.flatMap(({ rule }) => (rule.errors === undefined ? [] : [rule.errors]))),
      cost: last('cost'),
      confirm: confirmationOf(matched),
      ask: questionsOf(matched),
      expose: expose === undefined ? undefined : [expose].flat(),
      uri: last('uri'),
      matched: matched.map(({ index }) => index),
    }
  }
}

/** One for all operations that no rule is about, which are most. */
const NOTHING_SAID: RuleOutcome = Object.freeze({
  name: undefined,
  title: undefined,
  description: undefined,
  tier: undefined,
  resource: undefined,
  scopes: undefined,
  hints: Object.freeze({}),
  when: undefined,
  bind: new Map<string, BoundParameter>(),
  mediaType: undefined,
  fields: undefined,
  result: undefined,
  resultLimit: undefined,
  errors: undefined,
  cost: undefined,
  confirm: undefined,
  ask: undefined,
  expose: undefined,
  uri: undefined,
  matched: Object.freeze([]),
})

function confirmationOf(
  matched: readonly { readonly rule: RuleConfig; readonly index: number }[],
): RuleOutcome['confirm'] {
  const found = matched.findLast(({ rule }) => rule.confirm !== undefined)
  return found?.rule.confirm === undefined ? undefined : { value: found.rule.confirm, rule: found.index }
}

function questionsOf(
  matched: readonly { readonly rule: RuleConfig; readonly index: number }[],
): RuleOutcome['ask'] {
  const found = matched.findLast(({ rule }) => rule.ask !== undefined)
  return found?.rule.ask === undefined ? undefined : { questions: found.rule.ask, rule: found.index }
}

function mediaTypeOf(
  matched: readonly { readonly rule: RuleConfig; readonly index: number }[],
): RuleOutcome['mediaType'] {
  const found = matched.findLast(({ rule }) => rule.mediaType !== undefined)
  return found?.rule.mediaType === undefined ? undefined : { type: found.rule.mediaType, rule: found.index }
}

function definedOf(hints: Partial<Hints>): Partial<Hints> {
  return Object.fromEntries(Object.entries(hints).filter(([, value]) => value !== undefined))
}
