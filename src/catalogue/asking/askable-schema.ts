import { followReferences, type ResolveReference } from '../document/resolve-reference.ts'
import { isJsonObject } from '../is-json-object.ts'
import { plainText } from '../naming/plain-text.ts'
import type { JsonObject } from '../tool.ts'

/** The form of a schema in which a user can be asked for a value, or why there is none, in words. */
export type Askable = { readonly schema: JsonObject } | { readonly problem: string }

/**
 * Writes a document's schema as one property of an elicitation form (MCP 2026-07-28 client/elicitation "Requested
 * Schema"): a text, number, yes or no, or a choice of texts. Limits that forms don't know are left out here; what is
 * filled in is checked against the document's own schema afterwards.
 *
 * @param notes - what the parameter says besides its schema
 */
export function askableSchema(schema: unknown, notes: JsonObject, resolve: ResolveReference): Askable {
  const own = flatten(schema, resolve)
  if (own === undefined) return { problem: 'its schema can’t be read' }
  const written = writeValue(own, resolve)
  if (written === undefined) {
    return {
      problem: 'forms take a text, a number, yes or no, or choices among texts, and it is none of these',
    }
  }
  const title = plainText(own.title, MAX_TITLE)
  const text = plainText(notes.description, MAX_DESCRIPTION) || plainText(own.description, MAX_DESCRIPTION)
  const { type, ...rest } = written
  return {
    schema: Object.freeze({
      type,
      ...(title !== '' && { title }),
      ...(text !== '' && { description: text }),
      ...rest,
    }),
  }
}

const MAX_TITLE = 80
const MAX_DESCRIPTION = 300
const MAX_HOPS = 8
/** The formats that forms know. */
const FORMATS = new Set(['email', 'uri', 'date', 'date-time'])

/** A schema with its reference, or its only part, put in its place; what stands beside it wins. */
function flatten(schema: unknown, resolve: ResolveReference): JsonObject | undefined {
  let own = schema
  for (let hop = 0; hop < MAX_HOPS; hop++) {
    if (!isJsonObject(own)) return undefined
    const { $ref, allOf, ...beside } = own
    if (typeof $ref === 'string') {
      const target = followReferences(resolve, own)
      if (!('value' in target) || !isJsonObject(target.value)) return undefined
      own = { ...target.value, ...beside, ...(allOf !== undefined && { allOf }) }
    } else if (Array.isArray(allOf) && allOf.length === 1 && isJsonObject(allOf[0])) {
      own = { ...allOf[0], ...beside }
    } else return own
  }
  return undefined
}

function writeValue(schema: JsonObject, resolve: ResolveReference): JsonObject | undefined {
  const choice = writeChoice(schema)
  if (choice !== undefined) {
    const names = new Set(choice.values)
    return { type: 'string', ...choice.written, ...fallback(schema, value => names.has(String(value))) }
  }
  // Parts and alternatives that are no choice among texts: no form says what they say.
  if (['allOf', 'anyOf', 'oneOf', 'not', 'if'].some(keyword => schema[keyword] !== undefined))
    return undefined
  switch (typeOf(schema)) {
    case 'boolean':
      return { type: 'boolean', ...fallback(schema, value => typeof value === 'boolean') }
    case 'integer':
      return {
        type: 'integer',
        ...limits(schema, 'minimum', 'maximum'),
        ...fallback(schema, Number.isInteger),
      }
    case 'number':
      return { type: 'number', ...limits(schema, 'minimum', 'maximum'), ...fallback(schema, Number.isFinite) }
    case 'string':
      return writeText(schema)
    case 'array':
      return writeChoices(schema, resolve)
    default:
      return undefined
  }
}

function writeText(schema: JsonObject): JsonObject | undefined {
  // A choice with other values than texts.
  if (schema.enum !== undefined || schema.const !== undefined) return undefined
  const { format } = schema
  if (format === 'binary' || format === 'byte' || format === 'password') return undefined
  return {
    type: 'string',
    ...(typeof format === 'string' && FORMATS.has(format) && { format }),
    ...limits(schema, 'minLength', 'maxLength'),
    ...fallback(schema, value => typeof value === 'string'),
  }
}

function writeChoices(schema: JsonObject, resolve: ResolveReference): JsonObject | undefined {
  const items = flatten(schema.items, resolve)
  const choice = items && writeChoice(items)
  if (choice === undefined) return undefined
  const names = new Set(choice.values)
  const { oneOf, ...plain } = choice.written
  const written = oneOf === undefined ? { type: 'string', ...plain } : { anyOf: oneOf }
  return {
    type: 'array',
    ...limits(schema, 'minItems', 'maxItems'),
    items: written,
    ...fallback(schema, value => Array.isArray(value) && value.every(item => names.has(item))),
  }
}

interface Choice {
  readonly values: readonly string[]
  readonly written: JsonObject
}

/** A choice among texts: with titles as `oneOf`, else as `enum`, with `enumNames` where the document has them. */
function writeChoice(schema: JsonObject): Choice | undefined {
  if (schema.type !== undefined && typeOf(schema) !== 'string') return undefined
  const titled = titledValues(schema.oneOf ?? schema.anyOf)
  if (titled !== undefined) return { values: titled.map(entry => entry.const), written: { oneOf: titled } }
  const listed = schema.const === undefined ? schema.enum : [schema.const]
  const values = Array.isArray(listed) ? listed.filter(value => value !== null) : []
  if (values.length === 0 || !values.every(value => typeof value === 'string')) return undefined
  const names = schema.enumNames
  const isNamed =
    Array.isArray(names) && names.length === values.length && names.every(name => typeof name === 'string')
  return { values, written: { enum: values, ...(isNamed && { enumNames: names }) } }
}

function titledValues(list: unknown): readonly { const: string; title: string }[] | undefined {
  if (!Array.isArray(list) || list.length === 0) return undefined
  const entries = list.map(entry => {
    if (!isJsonObject(entry) || typeof entry.const !== 'string') return undefined
    const title = plainText(entry.title, MAX_TITLE) || plainText(entry.description, MAX_TITLE) || entry.const
    return { const: entry.const, title }
  })
  return entries.every(entry => entry !== undefined) ? entries : undefined
}

/** The only type besides null; undefined where there are more, or none is said. */
function typeOf({ type }: JsonObject): unknown {
  const types = [type].flat().filter(name => name !== 'null')
  return types.length === 1 ? types[0] : undefined
}

function limits(schema: JsonObject, ...keywords: readonly string[]): JsonObject {
  const entries = keywords.flatMap(keyword => {
    const value = schema[keyword]
    return typeof value === 'number' && Number.isFinite(value) ? [[keyword, value] as const] : []
  })
  return Object.fromEntries(entries)
}

function fallback(schema: JsonObject, fits: (value: unknown) => boolean): JsonObject {
  return schema.default !== undefined && fits(schema.default) ? { default: schema.default } : {}
}
