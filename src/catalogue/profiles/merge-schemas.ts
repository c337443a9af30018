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

/** One schema for what fits both. What is said twice and can't be joined is said as the first says it. */
export function mergeBoth(a: JsonObject, b: JsonObject): JsonObject {
  const out: JsonObject = { ...b, ...a }
  for (const key of Object.keys(b)) {
    const [first, second] = [a[key], b[key]]
    if (first === undefined || second === undefined || first === second) continue
    if (key === 'type') out.type = narrower(first, second)
    else if (key === 'properties') out.properties = mergeProperties([first, second], 'allOf')
    else if (key === 'required') out.required = [...new Set([first, second].flat())]
    else if (key === 'enum') out.enum = common(first, second)
    else if (LOWER.has(key)) out[key] = Math.max(Number(first), Number(second))
    else if (UPPER.has(key)) out[key] = Math.min(Number(first), Number(second))
    else if (isJsonObject(first) && isJsonObject(second)) {
      if (key === 'items' || key === 'additionalProperties') out[key] = { allOf: [first, second] }
    }
  }
  return out
}

/**
 * One schema for what fits any of several plain ones. Of different types the richest is taken: a call made from it
 * is good, and the others stay allowed. Of objects, all members are there, and those required that all require;
 * the description says what belongs together.
 */
export function mergeAny(alternatives: readonly JsonObject[]): JsonObject {
  const typed = alternatives.map(schema => ({ schema, type: mainType(schema) }))
  const type = PREFERENCE.find(wanted => typed.some(one => one.type === wanted))
  if (type === undefined) return alternatives.find(schema => schema.type !== 'null') ?? {}
  const same = typed.filter(one => one.type === type).map(({ schema }) => schema)
  const [first = {}] = same
  if (same.length === 1) return { ...first, type }
  if (type === 'object') return mergeObjects(same)
  if (type === 'array') return { ...sameIn(same), type, items: { anyOf: same.map(itemsOf) } }
  const merged: JsonObject = { ...sameIn(same), type }
  const enums = same.map(schema => schema.enum)
  if (enums.every(Array.isArray)) merged.enum = [...new Set(enums.flat())]
  else if (type === 'string') {
    const known = enums.find(Array.isArray)
    if (known !== undefined) merged.examples = known.filter(value => value !== '').slice(0, 1)
  }
  return merged
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

function mergeObjects(schemas: readonly JsonObject[]): JsonObject {
  const merged: JsonObject = { ...sameIn(schemas), type: 'object' }
  const properties = mergeProperties(
    schemas.map(schema => schema.properties),
    'anyOf',
  )
  if (Object.keys(properties).length > 0) merged.properties = properties
  const [first = [], ...others] = schemas.map(schema => [schema.required ?? []].flat())
  const required = first.filter(name => others.every(names => names.includes(name)))
  if (required.length > 0) merged.required = required
  const maps = schemas.map(schema => schema.additionalProperties).filter(isJsonObject)
  if (maps.length > 0) merged.additionalProperties = maps.length === 1 ? maps[0] : { anyOf: maps }
  const note = describeAlternatives(schemas)
  if (note !== '') merged['x-note'] = note
  return merged
}

function mergeProperties(maps: readonly unknown[], how: 'allOf' | 'anyOf'): JsonObject {
  const found = new Map<string, Set<unknown>>()
  for (const map of maps) {
    for (const [name, schema] of Object.entries(isJsonObject(map) ? map : {})) {
      found.set(name, (found.get(name) ?? new Set()).add(schema))
    }
  }
  return Object.fromEntries(
    [...found].map(([name, schemas]) => {
      const [only, ...others] = schemas
      return [name, others.length === 0 ? only : { [how]: [...schemas] }]
    }),
  )
}

/** What all schemas say alike. */
function sameIn(schemas: readonly JsonObject[]): JsonObject {
  const [first = {}, ...others] = schemas
  const same = Object.entries(first).filter(([key, value]) => {
    return typeof value !== 'object' && others.every(other => other[key] === value)
  })
  return Object.fromEntries(same)
}

function itemsOf(schema: JsonObject): unknown {
  if (Array.isArray(schema.prefixItems)) return { anyOf: schema.prefixItems }
  return isJsonObject(schema.items) ? schema.items : {}
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
