import type { ErrorObject } from 'ajv/dist/2020.js'
import { isJsonObject } from '../is-json-object.ts'
import type { ArgumentProblem, JsonObject } from '../tool.ts'
import type { DescribeOptions } from './describe-options.ts'
import { pathOf, pointerOf } from './error-path.ts'
import { resolveDefinition, schemaAt } from './find-schema.ts'
import { isHiddenAt } from './is-hidden-at.ts'
import { offerExample } from './offer-example.ts'
import { list, NOT_SHOWN, shown, withArticle } from './show-value.ts'

/** Finds what is wrong with a value that must fit one schema, a part of the exact one. */
export type CheckPart = (schema: unknown, value: unknown) => readonly ErrorObject[]

/** What one of a schema's alternatives is, as far as it can be told from the others. */
interface Alternative {
  readonly schema: unknown
  /** References and `allOf` taken together. */
  readonly types: readonly string[]
  readonly properties: JsonObject
  readonly required: readonly string[]
  readonly values: readonly unknown[] | undefined
}

/** Why no alternative fits. */
export type Explanation =
  | {
      /** What the one that was meant has against the value. */
      readonly errors: readonly ErrorObject[]
      /** Whether only likeness says that it was meant. */
      readonly isGuess: boolean
    }
  | { readonly problem: ArgumentProblem }

const MAX_PARTS = 32
const MAX_SHOWN = 6

/**
 * Says what is wrong with a value that fits none of several alternatives (`anyOf`, `oneOf`): the errors of the
 * alternative that was meant, which is the only one of the value's type, or the one that a property with fixed
 * values chooses, or the one that has most of its members; otherwise one problem that names them all.
 */
export function explainAlternatives(
  error: ErrorObject,
  options: DescribeOptions,
  checkPart: CheckPart,
): Explanation {
  const alternatives = (Array.isArray(error.schema) ? error.schema : []).map(schema => read(schema, options))
  const value: unknown = error.data
  const fitting = alternatives.filter(({ types }) => types.length === 0 || types.includes(typeOf(value)))
  if (fitting.length > 0) {
    const [only] = fitting
    const sure = fitting.length === 1 ? only : isJsonObject(value) ? choose(fitting, value) : undefined
    if (sure !== undefined && 'name' in sure) return { problem: wrongChoice(error, sure, options) }
    const chosen = sure ?? (isJsonObject(value) ? closest(fitting, value) : undefined)
    const errors = chosen === undefined ? [] : checkPart(chosen.schema, value)
    const moved = errors.map(each => ({ ...each, instancePath: error.instancePath + each.instancePath }))
    if (moved.length > 0) return { errors: moved, isGuess: sure === undefined }
  }
  const path = pathOf(error)
  const isHidden = isHiddenAt(path, options)
  const schema = schemaAt(options.inputSchema, path) ?? error.parentSchema
  return {
    problem: {
      path: pointerOf(path),
      expected: summarise(alternatives),
      received: isHidden ? NOT_SHOWN : shown(value),
      example: isHidden ? undefined : offerExample(schema, error.parentSchema, options),
    },
  }
}

function read(schema: unknown, options: DescribeOptions): Alternative {
  const parts: unknown[] = [schema]
  let types: readonly string[] = []
  let values: readonly unknown[] | undefined
  let properties: JsonObject = {}
  const required: string[] = []
  for (let index = 0; index < parts.length && index < MAX_PARTS; index++) {
    const part = parts[index]
    if (!isJsonObject(part)) continue
    if (typeof part.$ref === 'string') parts.push(resolveDefinition(options, part.$ref))
    if (Array.isArray(part.allOf)) parts.push(...part.allOf)
    if (types.length === 0) types = [part.type ?? []].flat().map(String)
    values ??= valuesOf(part)
    if (isJsonObject(part.properties)) properties = { ...part.properties, ...properties }
    if (Array.isArray(part.required)) required.push(...part.required.map(String))
  }
  const known = types.length === 0 && values !== undefined ? [...new Set(values.map(typeOf))] : types
  const withIntegers = known.includes('number') ? [...known, 'integer'] : known
  return { schema, types: withIntegers, properties, required, values }
}

function valuesOf(schema: unknown): readonly unknown[] | undefined {
  if (!isJsonObject(schema)) return undefined
  if (Array.isArray(schema.enum)) return schema.enum
  return schema.const === undefined ? undefined : [schema.const]
}

/** A property that all alternatives fix, with a value that none of them has. */
interface WrongChoice {
  readonly name: string
  readonly values: readonly unknown[]
}

function choose(
  alternatives: readonly Alternative[],
  value: JsonObject,
): Alternative | WrongChoice | undefined {
  const [first] = alternatives
  for (const name of Object.keys(first?.properties ?? {})) {
    const fixed = alternatives.map(({ properties }) =>
      Object.hasOwn(properties, name) ? valuesOf(properties[name]) : undefined,
    )
    if (!fixed.every(values => values !== undefined)) continue
    const values = [...new Set(fixed.flat())]
    if (values.length < alternatives.length) continue
    const own = Object.hasOwn(value, name) ? value[name] : undefined
    const matching = alternatives.filter((_, index) => fixed[index]?.includes(own))
    if (matching.length === 1) return matching[0]
    if (matching.length === 0) return { name, values }
  }
  return undefined
}

/** The alternative that knows more of the members than any other; undefined where there is no such one. */
function closest(alternatives: readonly Alternative[], value: JsonObject): Alternative | undefined {
  const keys = Object.keys(value)
  const ranked = alternatives
    .map(alternative => {
      const known = keys.filter(key => Object.hasOwn(alternative.properties, key)).length
      const missing = alternative.required.filter(name => !Object.hasOwn(value, name)).length
      return { alternative, score: 2 * known - missing }
    })
    .sort((one, other) => other.score - one.score)
  const [best, second] = ranked
  const isClear = best !== undefined && best.score > 0 && best.score > (second?.score ?? -1)
  return isClear ? best.alternative : undefined
}

function wrongChoice(
  error: ErrorObject,
  { name, values }: WrongChoice,
  options: DescribeOptions,
): ArgumentProblem {
  const path = [...pathOf(error), name]
  const has = isJsonObject(error.data) && Object.hasOwn(error.data, name)
  const own: unknown = has && isJsonObject(error.data) ? error.data[name] : undefined
  const expected = `one of ${list(values)}: it says which of the alternatives is meant`
  if (!has) return { path: pointerOf(path), expected, received: undefined, example: values[0] }
  const received = isHiddenAt(path, options) ? NOT_SHOWN : shown(own)
  return { path: pointerOf(path), expected, received, example: values[0] }
}

function summarise(alternatives: readonly Alternative[]): string {
  const texts = [...new Set(alternatives.map(describe))]
  const shownTexts = texts.slice(0, MAX_SHOWN)
  return `${shownTexts.join(' or ')}${texts.length > MAX_SHOWN ? ' or another alternative' : ''}`
}

function describe({ types, values, properties, required }: Alternative): string {
  if (values !== undefined) return values.length === 1 ? list(values) : `one of ${list(values)}`
  const names = required.length > 0 ? required : Object.keys(properties)
  const isObject = types.includes('object') || (types.length === 0 && names.length > 0)
  if (isObject && names.length > 0) return `an object with ${list(names.slice(0, MAX_SHOWN))}`
  const plain = types.filter(type => type !== 'integer' || !types.includes('number'))
  return plain.length === 0 ? 'any other value' : withArticle(plain)
}

function typeOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number'
  return typeof value
}
