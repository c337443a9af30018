import { type ASTNode, Environment } from '@marcbachmann/cel-js'
import { nearestKey } from './nearest-key.ts'

/**
 * A CEL expression over the caller, compiled once. Pure; the same principal always yields the same value.
 * Evaluation never throws: an expression that fails at run time (a missing member, a wrong type) or yields
 * anything but a string, a finite number or a boolean comes out as `undefined`, which every caller treats as a
 * refusal. A `when` allows on exactly `true`, nothing that is merely truthy.
 */
export interface Expression {
  /** As the configuration has it. */
  readonly source: string
  /** The principal's members that it names, each once: `["roles", "flags"]`. */
  readonly members: readonly string[]
  /** The value for this principal; CEL integers come as numbers. */
  readonly evaluate: (principal: object) => string | number | boolean | undefined
}

/**
 * What an expression is for: a `condition` must be able to yield a boolean, a `value` a string, a number or a
 * boolean, a `text` a string. What the types can't tell (`dyn`) is decided at run time.
 */
export type ExpressionKind = 'condition' | 'value' | 'text'

/** The members of a principal that expressions see. Credential ids and expiry are left out on purpose. */
const MEMBERS = ['subject', 'organization', 'roles', 'scopes', 'scheme', 'flags'] as const
const LONGEST_SOURCE = 2_000
const RESULT_TYPES: Readonly<Record<ExpressionKind, readonly string[]>> = {
  condition: ['bool', 'dyn'],
  value: ['string', 'int', 'double', 'bool', 'dyn'],
  text: ['string', 'dyn'],
}
const RESULT_WORDS: Readonly<Record<ExpressionKind, string>> = {
  condition: 'true or false',
  value: 'a string, a number or true or false',
  text: 'a string',
}

const environment = new Environment({
  limits: { maxAstNodes: 500, maxDepth: 32, maxListElements: 100, maxMapEntries: 100, maxCallArguments: 8 },
}).registerVariable('principal', 'dyn')

/**
 * Compiles a CEL expression whose only variable is `principal`
 * (`subject`, `organization`, `roles`, `scopes`, `scheme`, and `flags` where `entitlements` asks for them).
 *
 * @throws Error with a one-line message, if the expression does not parse or type-check, names a member that a
 * principal never has, can't yield what it is for, or matches against a pattern that isn't written out: a
 * caller who could choose the pattern could keep the process busy with it.
 */
export function compileExpression(source: string, kind: ExpressionKind = 'value'): Expression {
  if (source.length > LONGEST_SOURCE) throw new Error(`it is longer than ${LONGEST_SOURCE} characters`)
  const program = parse(source)
  const members = new Set<string>()
  checkNode(program.ast, members)
  const checked = program.check()
  if (!checked.valid) throw new Error(firstLine(checked.error?.message ?? 'it does not type-check'))
  const type = checked.type ?? 'dyn'
  if (!RESULT_TYPES[kind].includes(type)) {
    throw new Error(`it yields ${type}, but ${RESULT_WORDS[kind]} is needed`)
  }
  const expression: Expression = Object.freeze({
    source,
    members: Object.freeze([...members]),
    evaluate(principal: object) {
      try {
        return plainValue(program({ principal: visiblePart(principal) }))
      } catch {
        return undefined
      }
    },
  })
  compiled.add(expression)
  return expression
}

const compiled = new WeakSet<object>()

/** Whether a value of the configuration is an expression. */
export function isExpression(value: unknown): value is Expression {
  return typeof value === 'object' && value !== null && compiled.has(value)
}

function parse(source: string): ReturnType<Environment['parse']> {
  try {
    return environment.parse(source)
  } catch (error) {
    throw new Error(firstLine(error instanceof Error ? error.message : String(error)))
  }
}

/**
 * A copy with only the members that expressions may see and that have a value. What nobody could say right now has none,
 * whatever stands in for it: else whoever is silent about a caller would take them the role that keeps them out.
 */
function visiblePart(principal: object): object {
  const visible: Record<string, unknown> = {}
  const unlearnt: unknown = Reflect.get(principal, 'unlearnt')
  for (const member of MEMBERS) {
    const value: unknown = Reflect.get(principal, member)
    const isUnlearnt = Array.isArray(unlearnt) && unlearnt.includes(member)
    if (value !== undefined && !isUnlearnt) visible[member] = value
  }
  return visible
}

function plainValue(value: unknown): string | number | boolean | undefined {
  if (typeof value === 'string' || typeof value === 'boolean') return value
  const number = typeof value === 'bigint' ? safeNumber(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined
}

/** A larger integer would come out as another one, which as a bound id could be somebody else's. */
function safeNumber(value: bigint): number | undefined {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : undefined
}

/** @param members - those that are named are added */
function checkNode(node: ASTNode, members: Set<string>): void {
  if (node.op === '.' || node.op === '[]') checkMember(node.args[0], node.args[1], members)
  if (node.op === 'rcall' && node.args[0] === 'matches') checkPattern(node.args[2][0])
  for (const child of nodesIn(node.args)) checkNode(child, members)
}

function checkMember(object: ASTNode, member: string | ASTNode, members: Set<string>): void {
  if (object.op !== 'id' || object.args !== 'principal') return
  const name = typeof member === 'string' ? member : member.op === 'value' ? member.args : undefined
  if (typeof name !== 'string') return
  if (MEMBERS.some(known => known === name)) {
    members.add(name)
    return
  }
  const near = nearestKey(name, MEMBERS)
  const suggestion = near === undefined ? `; it has ${MEMBERS.join(', ')}` : `; did you mean ${near}?`
  throw new Error(`principal has no ${JSON.stringify(name)}${suggestion}`)
}

function checkPattern(node: ASTNode | undefined): void {
  if (node?.op !== 'value' || typeof node.args !== 'string') {
    throw new Error('matches() takes only a pattern that is written out')
  }
  try {
    new RegExp(node.args)
  } catch {
    throw new Error('the pattern of matches() is not a regular expression')
  }
}

function nodesIn(args: unknown): ASTNode[] {
  if (Array.isArray(args)) return args.flatMap(nodesIn)
  return isNode(args) ? [args] : []
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value
}

/** The parser's messages go on with an excerpt of the source, which may hold what an environment variable says. */
function firstLine(message: string): string {
  return message.split('\n', 1)[0] ?? ''
}
