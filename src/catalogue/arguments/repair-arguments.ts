import type { ErrorObject } from 'ajv/dist/2020.js'
import { isJsonObject } from '../is-json-object.ts'
import type { ArgumentProblem, JsonObject } from '../tool.ts'
import type { CheckResult } from './compile-check.ts'
import { pathOf } from './error-path.ts'
import { measureArguments } from './measure-arguments.ts'
import { DROPPED, MAX_DEPTH, proposeRepair, readJson } from './propose-repair.ts'
import type { RepairedArguments, RepairKind } from './repaired-arguments.ts'
import type { Finding } from './settle-alternatives.ts'

/** What repairing needs of the tool. */
export interface RepairOptions {
  readonly check: (args: unknown) => CheckResult
  readonly settle: (errors: readonly ErrorObject[]) => readonly Finding[]
  readonly guard: (args: JsonObject) => readonly ArgumentProblem[]
  readonly mayDrop: (path: readonly string[], value: unknown) => boolean
  /** The exact schema. */
  readonly schema: () => JsonObject
  /** See {@link Tool.unalias}; asked again for what was inside of texts. */
  readonly unalias?: () => ((args: JsonObject) => JsonObject) | undefined
}

const MAX_ROUNDS = 8
/** For all rounds together, in milliseconds; they usually take less than 0.1. */
const MAX_TIME = 250

/**
 * Mends arguments that do not fit their schema, where only one thing can have been meant: see `propose-repair.ts`,
 * and a single member such as `arguments` that holds all of them. What comes out fits the schema wholly; a value that
 * the schema takes as it is, an unknown name and a bound argument are never touched. The arguments given are left as
 * they are.
 *
 * @returns undefined where nothing could be mended, or not everything
 */
export function repairArguments(args: JsonObject, options: RepairOptions): RepairedArguments | undefined {
  const giveUpAt = performance.now() + MAX_TIME
  const unwrapped = unwrap(args, options.schema())
  const inner =
    unwrapped && mend(unaliased(structuredClone(unwrapped), options), { unwrapped: 1 }, options, giveUpAt)
  return inner ?? mend(args, {}, options, giveUpAt)
}

type Counts = Partial<Record<RepairKind, number>>

function mend(
  given: JsonObject,
  repairs: Counts,
  options: RepairOptions,
  giveUpAt: number,
): RepairedArguments | undefined {
  let args = given
  for (let round = 0; round <= MAX_ROUNDS && performance.now() < giveUpAt; round++) {
    const result = options.check(args)
    if (typeof result === 'string') return undefined
    if (result.length === 0) {
      const isMended = Object.keys(repairs).length > 0 && options.guard(args).length === 0
      return isMended ? { args, repairs } : undefined
    }
    // Only what is whole and passes the check's bounds gets here, so that cloning it is safe.
    if (args === given) args = structuredClone(given)
    const texts = repairs.json
    if (!applyRepairs(args, options.settle(result), repairs, options)) return undefined
    if (repairs.json !== texts) args = unaliased(args, options)
  }
  return undefined
}

function unaliased(args: JsonObject, { unalias }: RepairOptions): JsonObject {
  return unalias?.()?.(args) ?? args
}

function applyRepairs(
  args: JsonObject,
  findings: readonly Finding[],
  repairs: Counts,
  options: RepairOptions,
): boolean {
  const byPath = Map.groupBy(findings.flatMap(errorsOf), error => error.instancePath)
  let hasChanged = false
  // What is inside of a value before the value itself, which may then be right.
  for (const pointer of [...byPath.keys()].sort((one, other) => other.length - one.length)) {
    const errors = byPath.get(pointer) ?? []
    const [first] = errors
    if (first === undefined || pointer === '') continue
    const path = pathOf(first)
    const proposal = proposeRepair(errors, options.mayDrop(path, first.data))
    if (proposal === undefined || !replace(args, path, proposal.value)) continue
    repairs[proposal.kind] = (repairs[proposal.kind] ?? 0) + 1
    hasChanged = true
  }
  return hasChanged
}

/** Without those that only hold if a guess is right. */
function errorsOf(finding: Finding): readonly ErrorObject[] {
  if ('problem' in finding) return finding.errors
  return finding.isGuess ? [] : [finding.error]
}

/** Sets the value at a path, own members only; `__proto__` is a member like any other. */
function replace(args: JsonObject, path: readonly string[], value: unknown): boolean {
  let parent: unknown = args
  for (const part of path.slice(0, -1)) parent = memberOf(parent, part)
  const last = path.at(-1)
  if (typeof parent !== 'object' || parent === null || last === undefined) return false
  if (!Object.hasOwn(parent, last)) return false
  if (value !== DROPPED) {
    Object.defineProperty(parent, last, { value, writable: true, enumerable: true, configurable: true })
    return true
  }
  return !Array.isArray(parent) && Reflect.deleteProperty(parent, last)
}

function memberOf(parent: unknown, name: string): unknown {
  if (typeof parent !== 'object' || parent === null || !Object.hasOwn(parent, name)) return undefined
  return Reflect.get(parent, name)
}

const WRAPPERS = new Set(['arguments', 'args', 'input', 'parameters', 'params', 'kwargs', 'request', 'body'])

/** All arguments, where they came as the only member of another object, perhaps as a text. */
function unwrap(args: JsonObject, schema: JsonObject): JsonObject | undefined {
  const [name, ...others] = Object.keys(args)
  if (name === undefined || others.length > 0 || !WRAPPERS.has(name)) return undefined
  const { properties } = schema
  if (isJsonObject(properties) && Object.hasOwn(properties, name)) return undefined
  const value = args[name]
  const whole = typeof value === 'string' ? readJson(value) : value
  return isJsonObject(whole) && measureArguments(whole, MAX_DEPTH).depth <= MAX_DEPTH ? whole : undefined
}
