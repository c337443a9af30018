import { followReferences, type ResolveReference } from '../document/resolve-reference.ts'
import { isJsonObject } from '../is-json-object.ts'
import type { JsonObject } from '../tool.ts'
import { isReadOnly } from './convert-keywords.ts'

/** An object schema taken apart. */
export interface FlatObject {
  /** Property name → its schemas, all of which hold (a property may be in several parts of an `allOf`). */
  readonly properties: ReadonlyMap<string, readonly unknown[]>
  readonly required: ReadonlySet<string>
}

const PLAIN = new Set([
  'type',
  'properties',
  'required',
  'allOf',
  'additionalProperties',
  'title',
  'description',
  'example',
  'examples',
  'default',
  'deprecated',
  'xml',
  'externalDocs',
  'discriminator',
  'readOnly',
  'writeOnly',
  'nullable',
  '$schema',
  '$comment',
])
const MAX_PARTS = 64

/**
 * Takes an object schema apart into its properties, through references and `allOf`; undefined where it is more
 * than an object with known properties (alternatives, conditions, free names). Read-only properties are left
 * out, of `required` too.
 */
export function flattenObject(resolveReference: ResolveReference, schema: unknown): FlatObject | undefined {
  const properties = new Map<string, unknown[]>()
  const required = new Set<string>()
  const readOnly = new Set<string>()
  const parts: unknown[] = [schema]
  let described = false
  for (let index = 0; index < parts.length; index++) {
    if (index >= MAX_PARTS) return undefined
    const part = partOf(resolveReference, parts[index])
    if (part === undefined) return undefined
    for (const [name, property] of Object.entries(part.properties ?? {})) {
      if (isReadOnly(property, resolveReference)) readOnly.add(name)
      properties.set(name, [...(properties.get(name) ?? []), property])
    }
    described ||= isJsonObject(part.properties)
    for (const name of [part.required ?? []].flat()) if (typeof name === 'string') required.add(name)
    if (part.allOf !== undefined) parts.push(...[part.allOf].flat())
  }
  if (!described) return undefined
  for (const name of readOnly) properties.delete(name)
  for (const name of required) {
    if (readOnly.has(name)) required.delete(name)
    else if (!properties.has(name)) return undefined
  }
  return { properties, required }
}

function partOf(resolveReference: ResolveReference, schema: unknown): JsonObject | undefined {
  if (isJsonObject(schema) && typeof schema.$ref === 'string') {
    const siblings = Object.keys(schema).filter(key => key !== '$ref' && key !== 'description')
    if (siblings.length > 0) return undefined
  }
  const found = followReferences(resolveReference, schema)
  if ('problem' in found) return undefined
  const part = found.value
  if (!Object.keys(part).every(key => PLAIN.has(key) || key.startsWith('x-'))) return undefined
  const types = [part.type ?? []].flat()
  if (types.some(type => type !== 'object' && type !== 'null')) return undefined
  // Free names can't be told from arguments, so a body that allows them stays one argument.
  return part.additionalProperties === undefined || part.additionalProperties === false ? part : undefined
}
