/**
 * Merges schemas that hold of one value into one plain schema: what clients take that know no alternatives.
 * Members that several of them describe become `allOf` or `anyOf` in turn, to be merged when they are reached.
 */
import { isJsonObject } from '../is-json-object.ts'
import type { JsonObject } from '../tool.ts'
import { describeAlternatives } from './describe-alternatives.ts'

const LOWER = new Set(['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties'])
const UPPER = new Set(['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties'])
/** From the form that can say most to the one that says least. */
const PREFERENCE = ['object', 'array', 'string', 'number', 'integer', 'boolean']
/** Of the values that are known where others are allowed, so many are told. */
const MAX_KNOWN = 8
/** Most joined schemas of a document; only one made to have endlessly many comes near. */
const MAX_JOINED = 50_000

/** Makes and remembers joined schemas, so that what is joined once is the same object ever after. */
export class SchemaMerger {
  readonly #joined = new Map<string, JsonObject>()
  readonly #ids = new WeakMap<object, number>()
  #count = 0

  /** One schema for what fits both. What is said twice and can't be joined is said as the first says it. */
  both(a: JsonObject, b: JsonObject): JsonObject {
    const out: JsonObject = { ...b, ...a }
    for (const key of Object.keys(b)) {
      const [first, second] = [a[key], b[key]]
      if (first === undefined || second === undefined || first === second) continue
      if (key === 'type') out.type = narrower(first, second)
      else if (key === 'properties') out.properties = this.#joinMembers([first, second], 'allOf')
      else if (key === 'required') out.required = [...new Set([first, second].flat())]
      else if (key === 'enum') out.enum = common(first, second)
      else if (LOWER.has(key)) out[key] = Math.max(Number(first), Number(second))
      else if (UPPER.has(key)) out[key] = Math.min(Number(first), Number(second))
      else if (key === 'items' || key === 'additionalProperties') {
        out[key] = this.#join([first, second].filter(isJsonObject), 'allOf') ?? first
      }
    }
    return out
  }

  /**
   * One schema for what fits any of several plain ones. Of different types the richest is taken: a call made from
   * it is good, and the others stay allowed. Of objects, all members are there, and those required that all
   * require; the description says what belongs together.
   */
  any(alternatives: readonly JsonObject[]): JsonObject {
    const typed = alternatives.map(schema => ({ schema, type: mainType(schema) }))
    const type = PREFERENCE.find(wanted => typed.some(one => one.type === wanted))
    if (type === undefined) return alternatives.find(schema => schema.type !== 'null') ?? {}
    const same = [...new Set(typed.filter(one => one.type === type).map(({ schema }) => schema))]
    const [first = {}] = same
    if (same.length === 1) return { ...first, type }
    if (type === 'object') return this.#mergeObjects(same)
    if (type === 'array') {
      return { ...sameIn(same), type, items: this.#join(same.flatMap(itemsOf), 'anyOf') ?? {} }
    }
    return mergeScalars(same, type)
  }

  #mergeObjects(schemas: readonly JsonObject[]): JsonObject {
    const merged: JsonObject = { ...sameIn(schemas), type: 'object' }
    const maps = schemas.map(schema => schema.properties)
    const properties = this.#joinMembers(maps, 'anyOf')
    if (Object.keys(properties).length > 0) merged.properties = properties
    const [first = [], ...others] = schemas.map(schema => [schema.required ?? []].flat())
    const required = first.filter(name => others.every(names => names.includes(name)))
    if (required.length > 0) merged.required = required
    const values = schemas.map(schema => schema.additionalProperties).filter(isJsonObject)
    const map = this.#join(values, 'anyOf')
    if (map !== undefined) merged.additionalProperties = map
    const note = describeAlternatives(schemas)
    if (note !== '') merged['x-note'] = note
    return merged
  }

  #joinMembers(maps: readonly unknown[], how: 'allOf' | 'anyOf'): JsonObject {
    const found = new Map<string, JsonObject[]>()
    for (const map of maps) {
      for (const [name, schema] of Object.entries(isJsonObject(map) ? map : {})) {
        const known = found.get(name)
        if (known === undefined) found.set(name, [schema].filter(isJsonObject))
        else if (isJsonObject(schema)) known.push(schema)
      }
    }
    return Object.fromEntries([...found].map(([name, schemas]) => [name, this.#join(schemas, how) ?? {}]))
  }

  /** Undefined for none, the schema itself for one. */
  #join(schemas: readonly JsonObject[], how: 'allOf' | 'anyOf'): JsonObject | undefined {
    const distinct = new Map(schemas.map(schema => [this.#idOf(schema), schema]))
    const [only] = distinct.values()
    if (distinct.size < 2 || this.#joined.size >= MAX_JOINED) return only
    const key = `${how} ${[...distinct.keys()].join(' ')}`
    const joined = this.#joined.get(key) ?? { [how]: [...distinct.values()] }
    this.#joined.set(key, joined)
    return joined
  }

  /** References to one schema are one, whatever is remarked beside them. */
  #idOf(schema: JsonObject): string {
    const isReference = typeof schema.$ref === 'string' && Object.keys(schema).every(isRemark)
    if (isReference) return String(schema.$ref)
    const id = this.#ids.get(schema) ?? this.#count++
    this.#ids.set(schema, id)
    return String(id)
  }
}

/** The type that a plain schema is about; undefined where it may be any. */
export function mainType(schema: JsonObject): string | undefined {
  const types = [schema.type ?? []].flat().filter(type => type !== 'null')
  if (types.length > 0) return PREFERENCE.find(type => types.includes(type))
  if (schema.type === 'null') return 'null'
  if (schema.properties !== undefined || isJsonObject(schema.additionalProperties)) return 'object'
  if (schema.items !== undefined || schema.prefixItems !== undefined) return 'array'
  return undefined
}

function mergeScalars(schemas: readonly JsonObject[], type: string): JsonObject {
  const merged: JsonObject = { ...sameIn(schemas), type }
  const values = [...new Set(schemas.flatMap(schema => (Array.isArray(schema.enum) ? schema.enum : [])))]
  // Beside listed values, a pattern is one that these alone are sure to fit.
  const isListed = schemas.every(schema => Array.isArray(schema.enum) || schema.pattern !== undefined)
  if (values.length === 0) return merged
  if (isListed) return { ...merged, enum: values }
  const known = values.filter(value => typeof value === 'string' && value !== '').slice(0, MAX_KNOWN)
  const shown = known.map(value => JSON.stringify(value)).join(', ')
  return known.length === 0 || shown.length > 300 ? merged : { ...merged, 'x-note': `Such as ${shown}.` }
}

function isRemark(keyword: string): boolean {
  return keyword === '$ref' || keyword === 'description' || keyword === 'deprecated' || keyword === 'default'
}

/** What all schemas say alike. */
function sameIn(schemas: readonly JsonObject[]): JsonObject {
  const [first = {}, ...others] = schemas
  const same = Object.entries(first).filter(([key, value]) => {
    return typeof value !== 'object' && others.every(other => other[key] === value)
  })
  return Object.fromEntries(same)
}

function itemsOf(schema: JsonObject): readonly JsonObject[] {
  const tuple = Array.isArray(schema.prefixItems) ? schema.prefixItems : []
  return [...tuple, schema.items].filter(isJsonObject)
}

function narrower(a: unknown, b: unknown): unknown {
  const [first, second] = [[a].flat(), [b].flat()]
  const both = first.filter(type => second.includes(type))
  if (both.length > 0) return both.length === 1 ? both[0] : both
  const isNumeric = [...first, ...second].every(type => type === 'integer' || type === 'number')
  return isNumeric ? 'integer' : a
}

function common(a: unknown, b: unknown): unknown {
  if (!Array.isArray(a) || !Array.isArray(b)) return a
  const both = a.filter(value => b.includes(value))
  return both.length > 0 ? both : a
}
