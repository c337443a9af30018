import { Ajv2020, type AnySchema, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { isJsonObject } from '../is-json-object.ts'
import { once } from '../once.ts'
import { DEFINITION_BASE } from '../schema/convert-schema.ts'
import { surveySchema } from '../schema/survey-schema.ts'
import type { JsonObject } from '../tool.ts'
import { measureArguments } from './measure-arguments.ts'
import { DEADLINE, runWithDeadline } from './run-with-deadline.ts'

/** Why arguments do not fit a schema. `too-large` and `too-slow` mean that it could not be found out. */
export type CheckResult = readonly ErrorObject[] | 'too-large' | 'too-slow'

const MAX_DEPTH = 64
/** Above these, a check might take long whatever the schema. */
const SMALL_VALUES = 500
const SMALL_TEXT = 1_000
/** A whole check may take this long, in milliseconds; it usually takes less than 0.05. */
const DEADLINE_MS = 250
/** More than are shown, so that those of alternatives can be told apart. */
const MAX_ERRORS = 200

/** Compiles a schema on first use. */
export type CompileCheck = (schema: () => JsonObject) => (args: unknown) => CheckResult

/**
 * Makes a compiler for the schemas of one document, JSON Schemas 2020-12 from `convert-schema.ts`; their
 * definitions are compiled once for all of them.
 *
 * Two functions are made of a schema: one that stops at the first error, for the usual case; and, only when it
 * finds one and the arguments are small, another that finds all. Anything that could take long (patterns that
 * may backtrack, recursive schemas, large arguments) runs under a deadline.
 */
export function createCheckCompiler(): CompileCheck {
  const firstOnly = once(() => createAjv(false))
  const allErrors = once(() => createAjv(true))
  return schema => {
    const ordered = once(() => orderDefinitions(schema()))
    const first = once(() => compile(firstOnly(), schema(), ordered().names))
    const all = once(() => compile(allErrors(), schema(), ordered().names))
    const isRisky = once(
      () => ordered().isRecursive || isRepetitive(schema(), ordered().names) || hasRiskyPattern(schema()),
    )
    return args => {
      const size = measureArguments(args, MAX_DEPTH)
      if (size.depth > MAX_DEPTH) return 'too-large'
      const isSmall = size.values <= SMALL_VALUES && size.longest <= SMALL_TEXT
      // Compiled outside of the clock: what is stopped while compiling would never be compiled.
      const check = first()
      if (isSmall && !isRisky()) return check(args) ? [] : errorsOf(all(), args)
      const start = performance.now()
      const result = runInTime(check, args, DEADLINE_MS)
      if (!isSmall || result === 'too-slow' || result.length === 0) return result
      const left = DEADLINE_MS - (performance.now() - start)
      return runInTime(all(), args, left)
    }
  }
}

function runInTime(check: ValidateFunction, args: unknown, milliseconds: number): CheckResult {
  const result = runWithDeadline(() => errorsOf(check, args), Math.max(1, Math.ceil(milliseconds)))
  return result === DEADLINE ? 'too-slow' : result
}

function errorsOf(check: ValidateFunction, args: unknown): readonly ErrorObject[] {
  return check(args) ? [] : (check.errors ?? []).slice(0, MAX_ERRORS)
}

function createAjv(allErrors: boolean): Ajv2020 {
  const ajv = new Ajv2020({
    allErrors,
    strict: false,
    logger: false,
    verbose: true,
    // Members such as `constructor` must not be found on the prototype.
    ownProperties: true,
    validateSchema: false,
    addUsedSchema: false,
    multipleOfPrecision: 8,
    // Tidying up the code takes a quarter of the time of compiling, and the runtime does it anyway.
    code: { regExp: createPattern, optimize: false },
  })
  addFormats.default(ajv)
  ajv.removeKeyword('uniqueItems')
  ajv.addKeyword({
    keyword: 'uniqueItems',
    type: 'array',
    schemaType: 'boolean',
    validate: (_schema: boolean, items: readonly unknown[]) => areUnique(items),
  })
  return ajv
}

function createPattern(pattern: string): RegExp {
  try {
    return new RegExp(pattern, 'u')
  } catch {
    return new RegExp(pattern)
  }
}
createPattern.code = 'createPattern'

/** In linear time, unlike the library's. */
function areUnique(items: readonly unknown[]): boolean {
  return new Set(items.map(item => JSON.stringify(item))).size === items.length
}

/** Definitions first, those they need before them, since the library would recurse down a chain of them. */
function compile(ajv: Ajv2020, schema: JsonObject, names: readonly string[]): ValidateFunction {
  const { $defs, ...root } = schema
  const definitions = isJsonObject($defs) ? $defs : {}
  const added = names.filter(name => ajv.schemas[DEFINITION_BASE + name] === undefined)
  for (const name of added) ajv.addSchema(definitions[name] as AnySchema, DEFINITION_BASE + name)
  for (const name of added) ajv.getSchema(DEFINITION_BASE + name)
  return ajv.compile(root)
}

/** The names of a schema's definitions, each after those that it refers to; without recursion. */
function orderDefinitions(schema: JsonObject): { names: readonly string[]; isRecursive: boolean } {
  const definitions = isJsonObject(schema.$defs) ? schema.$defs : {}
  const done = new Set<string>()
  const open = new Set<string>()
  let isRecursive = false
  const stack = Object.keys(definitions)
  for (let name = stack.at(-1); name !== undefined; name = stack.at(-1)) {
    if (open.has(name) || done.has(name)) {
      stack.pop()
      open.delete(name)
      done.add(name)
      continue
    }
    open.add(name)
    for (const reference of surveySchema(definitions[name]).references.keys()) {
      const child = reference.slice(DEFINITION_BASE.length)
      if (open.has(child)) isRecursive = true
      else if (!done.has(child)) stack.push(child)
    }
  }
  return { names: [...done], isRecursive }
}

/** Steps above which a schema without recursion is checked under the deadline all the same. */
const MANY_STEPS = 100_000

/**
 * Whether definitions that refer to others more than once make a check long: forty of them, each twice `allOf` the
 * next, are looked at 2^40 times whatever the value is.
 *
 * @param names - of the definitions, each after those that it refers to
 */
function isRepetitive(schema: JsonObject, names: readonly string[]): boolean {
  const definitions = isJsonObject(schema.$defs) ? schema.$defs : {}
  const steps = new Map<string, number>()
  const count = (from: unknown): number => {
    const { schemas, references } = surveySchema(from)
    let sum = schemas
    for (const [reference, times] of references) {
      sum += times * (steps.get(reference.slice(DEFINITION_BASE.length)) ?? 0)
    }
    return sum
  }
  for (const name of names) steps.set(name, count(definitions[name]))
  return count(schema) > MANY_STEPS
}

function hasRiskyPattern(schema: JsonObject): boolean {
  const definitions = isJsonObject(schema.$defs) ? Object.values(schema.$defs) : []
  return [schema, ...definitions].some(each => surveySchema(each).hasRiskyPattern)
}
