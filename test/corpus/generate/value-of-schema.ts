import { isJsonObject } from '../../../src/catalogue/is-json-object.ts'
import type { JsonObject } from '../../../src/catalogue/tool.ts'
import { textOfSchema } from './text-of-schema.ts'

/** How values are made. */
export interface Making {
  /** Only what is required, or everything. */
  readonly amount: 'required' | 'all'
  /** Whether the document's examples and defaults are used. They are wrong now and then. */
  readonly examples: boolean
  /** Which of several alternatives is taken; the last where there are fewer. */
  readonly alternative: number
  /** `$defs` of the tool's schema. */
  readonly definitions: JsonObject
  /** Makes the texts of schemas that take any; default: `text`. */
  readonly freeText?: () => string
}

/** No value could be made for a schema. */
export class NoValue extends Error {}

/** Below this, only what is required is made. */
const DEEP = 4
/** Below this, nothing is made: the schema asks for a value without an end. */
const DEEPEST = 24

/**
 * A value that a schema of a tool describes (JSON Schema 2020-12 as advertised), as a careful model would make
 * it. Deterministic.
 *
 * @throws NoValue where none can be made: a pattern that nothing known matches, a recursion without an end
 */
export function valueOfSchema(schema: unknown, making: Making, depth = 0): unknown {
  if (depth > DEEPEST) throw new NoValue('the schema requires itself without an end')
  if (!isJsonObject(schema)) return 'text'
  const whole = flatten(schema, making)
  if (whole.const !== undefined) return whole.const
  if (making.examples) {
    const example = exampleOf(whole)
    if (example !== undefined) return example
  }
  if (Array.isArray(whole.enum)) {
    return whole.enum.find(value => value !== null && value !== '') ?? whole.enum[0]
  }
  switch (typeOf(whole)) {
    case 'object':
      return objectOf(whole, making, depth)
    case 'array':
      return listOf(whole, making, depth)
    case 'integer':
    case 'number':
      return numberOf(whole)
    case 'boolean':
      return true
    case 'null':
      return null
    default: {
      const isFree = whole.pattern === undefined && whole.format === undefined
      const text = (isFree ? making.freeText?.() : undefined) ?? textOfSchema(whole)
      if (text === undefined) throw new NoValue(`no text for the pattern ${String(whole.pattern)}`)
      return text
    }
  }
}

/** What only other alternatives require would make two of them fit. */
function leaveOut(rest: JsonObject, taken: JsonObject, all: readonly JsonObject[]): void {
  const own = new Set([...requiredOf(taken), ...requiredOf(rest)])
  const others = all.flatMap(requiredOf).filter(name => !own.has(name))
  if (!isJsonObject(rest.properties) || others.length === 0) return
  rest.properties = Object.fromEntries(
    Object.entries(rest.properties).filter(([name]) => !others.includes(name)),
  )
}

function requiredOf({ required }: JsonObject): readonly string[] {
  return Array.isArray(required) ? required.map(String) : []
}

/** The schema with its reference followed, its `allOf` merged in, and one of its alternatives taken. */
function flatten(schema: JsonObject, making: Making): JsonObject {
  let whole = schema
  for (let steps = 0; steps < 40; steps += 1) {
    const { $ref, allOf, anyOf, oneOf, ...rest } = whole
    if (typeof $ref === 'string') {
      const target = making.definitions[decodeURIComponent($ref.replace(/^#\/\$defs\//, ''))]
      whole = merge(rest, isJsonObject(target) ? target : {}, { allOf, anyOf, oneOf })
    } else if (Array.isArray(allOf)) {
      whole = allOf.filter(isJsonObject).reduce<JsonObject>((all, part) => merge(all, part), {
        ...rest,
        ...(anyOf === undefined ? {} : { anyOf }),
        ...(oneOf === undefined ? {} : { oneOf }),
      })
    } else if (Array.isArray(oneOf) || Array.isArray(anyOf)) {
      const list = (Array.isArray(oneOf) ? oneOf : anyOf) as unknown[]
      const real = list.filter(isJsonObject).filter(each => each.type !== 'null')
      const taken = real[Math.min(making.alternative, real.length - 1)] ?? {}
      if (Array.isArray(oneOf)) leaveOut(rest, taken, real)
      whole = merge(rest, taken, Array.isArray(oneOf) && anyOf !== undefined ? { anyOf } : {})
    } else return whole
  }
  throw new NoValue('the schema refers to itself')
}

function merge(...parts: readonly JsonObject[]): JsonObject {
  const merged: JsonObject = {}
  for (const part of parts) {
    for (const [key, value] of Object.entries(part)) {
      if (value === undefined) continue
      const old = merged[key]
      if (key === 'properties' && isJsonObject(old) && isJsonObject(value)) merged[key] = { ...old, ...value }
      else if (key === 'required' && Array.isArray(old) && Array.isArray(value))
        merged[key] = [...old, ...value]
      else if (key === 'allOf' && Array.isArray(old) && Array.isArray(value)) merged[key] = [...old, ...value]
      else if (key === 'enum' && Array.isArray(old) && Array.isArray(value)) {
        const both = old.filter(each => value.includes(each))
        merged[key] = both.length > 0 ? both : old
      } else if (!(key in merged) || key !== 'description') merged[key] = value
    }
  }
  return merged
}

function exampleOf({ example, examples, default: standard }: JsonObject): unknown {
  const [first] = Array.isArray(examples) ? examples : []
  return [example, first, standard].find(value => value !== undefined && value !== null && value !== '')
}

function typeOf(schema: JsonObject): string {
  const types = [schema.type].flat().filter(type => typeof type === 'string' && type !== 'null')
  if (types[0] !== undefined) return String(types[0])
  if (schema.type === 'null') return 'null'
  if (isJsonObject(schema.properties)) return 'object'
  return schema.items === undefined ? 'string' : 'array'
}

function objectOf(schema: JsonObject, making: Making, depth: number): JsonObject {
  const properties = isJsonObject(schema.properties) ? schema.properties : {}
  const required = new Set(Array.isArray(schema.required) ? schema.required.map(String) : [])
  const isEverything = making.amount === 'all' && depth < DEEP
  const made: JsonObject = {}
  for (const [name, own] of Object.entries(properties)) {
    if (!required.has(name) && !isEverything) continue
    try {
      made[name] = valueOfSchema(own, making, depth + 1)
    } catch (error) {
      if (required.has(name) || !(error instanceof NoValue)) throw error
    }
  }
  for (const name of required) {
    if (!(name in properties))
      made[name] = valueOfSchema(schema.additionalProperties ?? {}, making, depth + 1)
  }
  const least = typeof schema.minProperties === 'number' ? schema.minProperties : 0
  const isOpen = schema.additionalProperties !== false
  const wanted = Math.max(least, isEverything && isOpen && Object.keys(properties).length === 0 ? 1 : 0)
  for (const [name, own] of Object.entries(properties)) {
    if (Object.keys(made).length >= least) break
    made[name] ??= valueOfSchema(own, making, depth + 1)
  }
  for (let n = 1; isOpen && Object.keys(made).length < wanted; n += 1) {
    made[`key${n}`] = valueOfSchema(schema.additionalProperties ?? {}, making, depth + 1)
  }
  const excluded = isJsonObject(schema.not) ? requiredOf(schema.not) : []
  const last = excluded.findLast(name => !required.has(name))
  if (last !== undefined && excluded.every(name => name in made)) delete made[last]
  return made
}

function listOf(schema: JsonObject, making: Making, depth: number): unknown[] {
  const least = typeof schema.minItems === 'number' ? schema.minItems : 0
  const most = typeof schema.maxItems === 'number' ? schema.maxItems : Number.POSITIVE_INFINITY
  const count = Math.min(most, Math.max(least, depth < DEEP || making.amount === 'required' ? 1 : 0))
  const prefix = Array.isArray(schema.prefixItems) ? schema.prefixItems : []
  const made: unknown[] = prefix.map(item => valueOfSchema(item, making, depth + 1))
  const items = isJsonObject(schema.items) ? flatten(schema.items, making) : {}
  const choices = schema.uniqueItems === true && Array.isArray(items.enum) ? items.enum : undefined
  while (made.length < count) {
    made.push(choices?.[made.length] ?? distinct(valueOfSchema(items, making, depth + 1), made, schema))
  }
  return made
}

function distinct(value: unknown, others: readonly unknown[], { uniqueItems }: JsonObject): unknown {
  if (uniqueItems !== true || others.length === 0) return value
  if (typeof value === 'number') return value + others.length
  return typeof value === 'string' ? `${value}${others.length}` : value
}

function numberOf({
  minimum,
  maximum,
  exclusiveMinimum,
  exclusiveMaximum,
  multipleOf,
  type,
}: JsonObject): number {
  const step = typeof multipleOf === 'number' && multipleOf > 0 ? multipleOf : 1
  const isWhole = [type].flat().includes('integer')
  const above = typeof exclusiveMinimum === 'number' ? exclusiveMinimum : Number.NEGATIVE_INFINITY
  const least = Math.max(typeof minimum === 'number' ? minimum : Number.NEGATIVE_INFINITY, above)
  const below = typeof exclusiveMaximum === 'number' ? exclusiveMaximum : Number.POSITIVE_INFINITY
  const most = Math.min(typeof maximum === 'number' ? maximum : Number.POSITIVE_INFINITY, below)
  let value = step
  if (value < least) value = Math.ceil(least / step) * step
  if (value <= above) value += step
  if (value > most) value = Math.floor(most / step) * step
  if (value >= below) value -= step
  if (value < least || value <= above) value = isWhole ? Math.ceil(least) : (least + most) / 2
  return value
}
