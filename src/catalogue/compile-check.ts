import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { isJsonObject } from './is-json-object.ts'
import { isSimplePattern } from './is-simple-pattern.ts'
import { measureArguments } from './measure-arguments.ts'
import { once } from './once.ts'
import { DEADLINE, runWithDeadline } from './run-with-deadline.ts'
import { subschemas } from './subschemas.ts'
import type { JsonObject } from './tool.ts'

/** Why arguments do not fit a schema. `too-large` and `too-slow` mean that it could not be found out. */
export type CheckResult = readonly ErrorObject[] | 'too-large' | 'too-slow'

const MAX_DEPTH = 64
/** Above these, a check might take long whatever the schema. */
const SMALL_VALUES = 500
const SMALL_TEXT = 1_000
/** A whole check may take this long, in milliseconds; it usually takes less than 0.05. */
const DEADLINE_MS = 250
const MAX_ERRORS = 20

/**
 * Compiles a schema, a JSON Schema 2020-12 from `convert-schema.ts`, on first use.
 *
 * Two functions are made of it: one that stops at the first error, for the usual case; and, only when it finds
 * one and the arguments are small, another that finds all. Anything that could take long (patterns that may
 * backtrack, recursive schemas, large arguments) runs under a deadline.
 */
export function compileCheck(schema: () => JsonObject): (args: JsonObject) => CheckResult {
  const first = once(() => compile(ajvFor(false), schema()))
  const all = once(() => compile(ajvFor(true), schema()))
  const isRisky = once(() => mayTakeLong(schema()))
  return args => {
    const size = measureArguments(args, MAX_DEPTH)
    if (size.depth > MAX_DEPTH) return 'too-large'
    const isSmall = size.values <= SMALL_VALUES && size.longest <= SMALL_TEXT
    if (isSmall && !isRisky()) return runBoth(first(), all, args, true)
    // Compiled before the clock starts: what is stopped while compiling would never be compiled.
    const firstCompiled = first()
    if (isSmall) all()
    const result = runWithDeadline(() => runBoth(firstCompiled, all, args, isSmall), DEADLINE_MS)
    return result === DEADLINE ? 'too-slow' : result
  }
}

function runBoth(
  first: ValidateFunction,
  all: () => ValidateFunction,
  args: JsonObject,
  isSmall: boolean,
): readonly ErrorObject[] {
  if (first(args)) return []
  const check = isSmall ? all() : first
  check(args)
  return (check.errors ?? []).slice(0, MAX_ERRORS)
}

const instances = new Map<boolean, Ajv2020>()

function ajvFor(allErrors: boolean): Ajv2020 {
  const known = instances.get(allErrors)
  if (known !== undefined) return known
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
    code: { regExp: createPattern },
  })
  addFormats.default(ajv)
  ajv.removeKeyword('uniqueItems')
  ajv.addKeyword({
    keyword: 'uniqueItems',
    type: 'array',
    schemaType: 'boolean',
    validate: (_schema: boolean, items: readonly unknown[]) => areUnique(items),
  })
  instances.set(allErrors, ajv)
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

function compile(ajv: Ajv2020, schema: JsonObject): ValidateFunction {
  const check = ajv.compile(schema)
  // The instance lives as long as the process, catalogues do not.
  ajv.removeSchema(schema)
  return check
}

function mayTakeLong(schema: JsonObject): boolean {
  const seen = new Set<unknown>()
  const definitions = isJsonObject(schema.$defs) ? Object.values(schema.$defs) : []
  const stack: unknown[] = [schema, ...definitions]
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (!isJsonObject(node) || seen.has(node)) continue
    seen.add(node)
    if (typeof node.pattern === 'string' && !isSimplePattern(node.pattern)) return true
    if (node.patternProperties !== undefined) return true
    stack.push(...subschemas(node))
  }
  return definitions.length > 0 && isRecursive(definitions)
}

/** Whether definitions may contain themselves; that they refer to another at all is taken for it. */
function isRecursive(definitions: readonly unknown[]): boolean {
  const seen = new Set<unknown>()
  const stack = [...definitions]
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (!isJsonObject(node) || seen.has(node)) continue
    seen.add(node)
    if (typeof node.$ref === 'string') return true
    stack.push(...subschemas(node))
  }
  return false
}
