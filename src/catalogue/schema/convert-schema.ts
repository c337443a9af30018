import { createHash } from 'node:crypto'
import type { OpenApiVersion } from '../document/load-document.ts'
import type { MeasureReference } from '../document/reference-graph.ts'
import { isJsonObject } from '../is-json-object.ts'
import type { JsonObject } from '../tool.ts'
import type { CompositionLoops } from './composition-loops.ts'
import { type Convert, convertKeywords, type KeywordOptions } from './convert-keywords.ts'
import type { ResolveDynamic } from './dynamic-anchors.ts'
import { simplifySchema } from './simplify-schema.ts'
import { surveySchema } from './survey-schema.ts'

/** What a converter needs to know. */
export interface ConverterOptions extends KeywordOptions {
  readonly version: OpenApiVersion
  readonly measureReference: MeasureReference
  readonly resolveDynamic: ResolveDynamic
  readonly loops: CompositionLoops
  /** Largest schema that is put in place of a reference, in schemas; larger and recursive ones go to `$defs`. */
  readonly inlineLimit: number
}

/**
 * Converts a document's schemas to JSON Schema 2020-12: for the model annotated and tidied, which may allow
 * more than the document does; otherwise exact, without annotations, for checking values.
 */
export interface SchemaConverter {
  /** One schema; references in it lead to `#/$defs/…`, or, for checking, to `definition:…`. */
  readonly convert: (schema: unknown) => JsonObject
  /** What a converted reference leads to. */
  readonly definition: (reference: string) => JsonObject
  /** The `$defs` that these converted schemas need, and nothing else; empty where they need none. */
  readonly definitionsFor: (converted: readonly JsonObject[]) => JsonObject
}

/** What references to definitions start with in schemas for validation; such definitions are compiled apart. */
export const DEFINITION_BASE = 'definition:'

/** Schemas that are never put in place of a reference, however small: some clients recurse over them. */
const MAX_INLINE_DEPTH = 24
/** Deepest nesting within one schema; what is deeper is allowed whatever it is. */
export const MAX_DEPTH = 128

interface Definition {
  readonly reference: string
  /** The loop that it is the entrance of: what leads back into it is left out. */
  readonly withoutLoop: number | undefined
  schema: JsonObject | undefined
}

/**
 * Makes a converter for one document. Converted definitions are shared between all schemas that use them, so
 * the whole costs the document's size, not the number of its references. What can't be resolved, or is nested
 * too deep, becomes a schema that allows anything: the backend decides.
 */
export function createSchemaConverter(options: ConverterOptions): SchemaConverter {
  const { loops, resolveDynamic } = options
  const inlined = new Map<string, JsonObject>()
  const base = options.forModel ? '#/$defs/' : DEFINITION_BASE
  const definitions = new Map<string, Definition>()
  const convert: Convert = (schema, depth, loop) => {
    if (schema === false) return { not: {} }
    if (!isJsonObject(schema) || depth > MAX_DEPTH) return {}
    const isDynamic = schema.$dynamicRef !== undefined || schema.$recursiveRef !== undefined
    const reference = isDynamic ? resolveDynamic(schema) : schema.$ref
    const converted =
      typeof reference === 'string'
        ? convertReference(schema, targetOf(reference, depth, loop, isDynamic), depth, loop)
        : convertKeywords(schema, depth, options, convert, loop)
    return options.forModel ? simplifySchema(converted) : converted
  }
  const convertReference = (
    schema: JsonObject,
    target: JsonObject,
    depth: number,
    loop: number | undefined,
  ): JsonObject => {
    const { $ref: _, $dynamicRef: __, $recursiveRef: ___, ...siblings } = schema
    // Until 3.0 the siblings of a reference have no meaning; what people write there is meant all the same.
    const allowed = options.version === '2.0' || options.version === '3.0' ? meantBeside(siblings) : siblings
    const beside = convertKeywords(allowed, depth, options, convert, loop)
    if (allowed.nullable === true || allowed['x-nullable'] === true) {
      return { ...beside, anyOf: [target, { type: 'null' }] }
    }
    if (Object.keys(beside).length === 0) return target
    return isAnnotation(beside)
      ? { ...target, ...beside }
      : { ...beside, allOf: [target, ...listOf(beside.allOf)] }
  }
  const targetOf = (
    reference: string,
    depth: number,
    loop: number | undefined,
    isDynamic: boolean,
  ): JsonObject => {
    const extent = options.measureReference(reference)
    const isSmall = extent.size <= options.inlineLimit && extent.depth <= MAX_INLINE_DEPTH
    if (isDynamic || extent.recursive || !isSmall || loops.loopOf(reference) !== undefined) {
      const isEntered = loop !== undefined && loops.loopOf(reference) === loop
      const name = definitionName(reference) + (isEntered ? '.base' : '')
      if (!definitions.has(name)) {
        definitions.set(name, { reference, withoutLoop: isEntered ? loop : undefined, schema: undefined })
      }
      return { $ref: base + name }
    }
    const known = inlined.get(reference) ?? convert(targetValue(reference, options), depth + 1)
    inlined.set(reference, known)
    return known
  }
  const definition = (reference: string): JsonObject => {
    const entry = definitions.get(reference.slice(base.length))
    if (entry === undefined) return {}
    entry.schema ??= convertDefinition(entry)
    return entry.schema
  }
  const convertDefinition = ({ reference, withoutLoop }: Definition): JsonObject => {
    const value = targetValue(reference, options)
    if (withoutLoop === undefined || !isJsonObject(value)) return convert(value, 0, loops.loopOf(reference))
    return convert(loops.withoutLoop(value, withoutLoop), 0)
  }
  return {
    convert: schema => convert(schema, 0),
    definition,
    definitionsFor: converted => collectDefinitions(converted, base, definition),
  }
}

function collectDefinitions(
  converted: readonly JsonObject[],
  base: string,
  definition: (reference: string) => JsonObject,
): JsonObject {
  const needed = new Map<string, JsonObject>()
  const stack = [...converted]
  for (let schema = stack.pop(); schema !== undefined; schema = stack.pop()) {
    for (const reference of surveySchema(schema).references.keys()) {
      const name = reference.slice(base.length)
      if (needed.has(name)) continue
      const found = definition(reference)
      needed.set(name, found)
      stack.push(found)
    }
  }
  return Object.fromEntries([...needed].sort(([a], [b]) => (a < b ? -1 : 1)))
}

function targetValue(reference: string, options: ConverterOptions): unknown {
  const found = options.resolveReference(reference)
  return 'value' in found ? found.value : {}
}

function meantBeside(siblings: JsonObject): JsonObject {
  const meant: JsonObject = {}
  for (const key of ['description', 'nullable', 'x-nullable', 'deprecated', 'default', 'example']) {
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

/**
 * The component's own name where it is one, or its file's, `Pet.yaml`; otherwise a readable one that no other
 * reference can have. Never dependent on what else was met, so that every process gives the same names.
 */
function definitionName(reference: string): string {
  const component = /^#\/(?:components\/schemas|definitions)\/([A-Za-z0-9_.-]{1,64})$/.exec(reference)?.[1]
  const file = /^[A-Za-z0-9_-]{1,56}\.(?:json|ya?ml)$/.exec(reference)?.[0]
  if (file !== undefined) return file
  // Endings that names given here may have, `.base` among them, would make it ambiguous.
  if (component !== undefined && !/\.(?:[0-9a-f]{8}|base|json|ya?ml)$/.test(component)) return component
  const last = reference.split(/[/#]/).findLast(part => part !== '') ?? ''
  const plain = last.replace(/\.(?:json|ya?ml)$/, '').replace(/[^A-Za-z0-9_-]+/g, '_')
  const hash = createHash('sha256').update(reference).digest('hex').slice(0, 8)
  return `${plain.slice(0, 48)}.${hash}`
}
