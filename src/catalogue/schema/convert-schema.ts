import { createHash } from 'node:crypto'
import type { OpenApiVersion } from '../document/load-document.ts'
import type { MeasureReference } from '../document/reference-graph.ts'
import type { ResolveReference } from '../document/resolve-reference.ts'
import { isJsonObject } from '../is-json-object.ts'
import type { JsonObject } from '../tool.ts'
import { type Convert, convertKeywords } from './convert-keywords.ts'
import { simplifySchema } from './simplify-schema.ts'
import { subschemas } from './subschemas.ts'

/** What a converter needs to know. */
export interface ConverterOptions {
  readonly version: OpenApiVersion
  readonly resolveReference: ResolveReference
  readonly measureReference: MeasureReference
  /**
   * True for what clients and models read: tidied so that the pickiest client takes it, which may allow more
   * than the document does. False for what arguments are checked against: exact, without annotations.
   */
  readonly forModel: boolean
  /** Largest schema that is put in place of a reference, in schemas; larger and recursive ones go to `$defs`. */
  readonly inlineLimit: number
}

/** Converts a document's schemas to JSON Schema 2020-12, as inputs. */
export interface SchemaConverter {
  /** One schema; references in it lead to `#/$defs/…`, or, for validation, to `definition:…`. */
  readonly convert: (schema: unknown) => JsonObject
  /** The `$defs` that these converted schemas need, and nothing else; empty where they need none. */
  readonly definitionsFor: (converted: readonly JsonObject[]) => JsonObject
}

/** What references to definitions start with in schemas for validation; such definitions are compiled apart. */
export const DEFINITION_BASE = 'definition:'

/** Schemas that are never put in place of a reference, however small: some clients recurse over them. */
const MAX_INLINE_DEPTH = 24
const MAX_DEPTH = 128

/**
 * Makes a converter for one document. Converted definitions are shared between all schemas that use them, so
 * the whole costs the document's size, not the number of its references. Schemas must have passed
 * {@link createSchemaChecker}'s check: here, what can't be resolved becomes a schema that allows anything.
 */
export function createSchemaConverter(options: ConverterOptions): SchemaConverter {
  const inlined = new Map<string, JsonObject>()
  const base = options.forModel ? '#/$defs/' : DEFINITION_BASE
  const definitions = new Map<string, { reference: string; schema: JsonObject | undefined }>()
  const convert: Convert = (schema, depth) => {
    if (schema === false) return { not: {} }
    if (!isJsonObject(schema) || depth > MAX_DEPTH) return {}
    const converted =
      typeof schema.$ref === 'string'
        ? convertReference(schema, schema.$ref, depth)
        : convertKeywords(schema, depth, options, convert)
    return options.forModel ? simplifySchema(converted) : converted
  }
  const convertReference = (schema: JsonObject, reference: string, depth: number): JsonObject => {
    const { $ref: _, ...siblings } = schema
    const target = targetOf(reference, depth)
    // In 3.0 the siblings of a reference have no meaning; what people write there is meant all the same.
    const allowed = options.version === '3.0' ? meantBeside(siblings) : siblings
    const beside = convertKeywords(allowed, depth, options, convert)
    if (allowed.nullable === true) return { ...beside, anyOf: [target, { type: 'null' }] }
    if (Object.keys(beside).length === 0) return target
    return isAnnotation(beside)
      ? { ...target, ...beside }
      : { ...beside, allOf: [target, ...listOf(beside.allOf)] }
  }
  const targetOf = (reference: string, depth: number): JsonObject => {
    const extent = options.measureReference(reference)
    const fits = !extent.recursive && extent.size <= options.inlineLimit && extent.depth <= MAX_INLINE_DEPTH
    if (!fits) {
      const name = definitionName(reference)
      if (!definitions.has(name)) definitions.set(name, { reference, schema: undefined })
      return { $ref: base + name }
    }
    const known = inlined.get(reference) ?? convert(targetValue(reference, options), depth + 1)
    inlined.set(reference, known)
    return known
  }
  const definition = (name: string): JsonObject => {
    const entry = definitions.get(name)
    if (entry === undefined) return {}
    entry.schema ??= convert(targetValue(entry.reference, options), 0)
    return entry.schema
  }
  return {
    convert: schema => convert(schema, 0),
    definitionsFor: converted => collectDefinitions(converted, base, definition),
  }
}

function collectDefinitions(
  converted: readonly JsonObject[],
  base: string,
  definition: (name: string) => JsonObject,
): JsonObject {
  const needed = new Map<string, JsonObject>()
  const seen = new Set<unknown>()
  const stack: unknown[] = [...converted]
  for (let schema = stack.pop(); schema !== undefined; schema = stack.pop()) {
    if (!isJsonObject(schema) || seen.has(schema)) continue
    seen.add(schema)
    if (typeof schema.$ref === 'string') {
      const name = schema.$ref.slice(base.length)
      const found = needed.get(name) ?? definition(name)
      needed.set(name, found)
      stack.push(found)
    }
    stack.push(...subschemas(schema))
  }
  return Object.fromEntries([...needed].sort(([a], [b]) => (a < b ? -1 : 1)))
}

function targetValue(reference: string, options: ConverterOptions): unknown {
  const found = options.resolveReference(reference)
  return 'value' in found ? found.value : {}
}

function meantBeside(siblings: JsonObject): JsonObject {
  const meant: JsonObject = {}
  for (const key of ['description', 'nullable', 'deprecated', 'default', 'example']) {
    if (Object.hasOwn(siblings, key)) meant[key] = siblings[key]
  }
  return meant
}

function isAnnotation(schema: JsonObject): boolean {
  const annotations = new Set(['title', 'description', 'deprecated', 'default', 'examples'])
  return Object.keys(schema).every(key => annotations.has(key))
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** The component's own name where it is one; otherwise a readable one that no other pointer can have. */
function definitionName(reference: string): string {
  const last = reference.split('/').at(-1) ?? ''
  if (/^#\/components\/schemas\/[A-Za-z0-9_-]{1,64}$/.test(reference)) return last
  const hash = createHash('sha256').update(reference).digest('hex').slice(0, 8)
  return `${last.replace(/[^A-Za-z0-9_-]+/g, '_').slice(0, 48)}.${hash}`
}
