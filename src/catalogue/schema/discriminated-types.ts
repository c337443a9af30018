import type { ResolveReference } from '../document/resolve-reference.ts'
import { isJsonObject } from '../is-json-object.ts'
import { once } from '../once.ts'
import type { JsonObject } from '../tool.ts'
import { namedSchemas } from './dynamic-anchors.ts'

/** One of the types that a discriminator tells apart. */
export interface DiscriminatedType {
  /** Reference to its schema. */
  readonly reference: string
  /** The discriminating property's value. */
  readonly value: string
}

/** What a schema's discriminator says. */
export interface Discriminator {
  readonly property: string
  /** The value that stands for the schema at a reference. */
  readonly valueFor: (reference: string) => string
}

/** Finds the types that extend a schema with a discriminator; empty where there are none. */
export type FindSubtypes = (schema: JsonObject) => readonly DiscriminatedType[]

const MAX_SUBTYPES = 24

/** Reads `discriminator`: a name in 2.0, an object with a mapping in 3.x. */
export function readDiscriminator(schema: JsonObject): Discriminator | undefined {
  const { discriminator } = schema
  const property = isJsonObject(discriminator) ? discriminator.propertyName : discriminator
  if (typeof property !== 'string' || property === '') return undefined
  const mapping =
    isJsonObject(discriminator) && isJsonObject(discriminator.mapping) ? discriminator.mapping : {}
  const values = new Map(Object.entries(mapping).map(([value, target]) => [lastPart(String(target)), value]))
  return { property, valueFor: reference => values.get(lastPart(reference)) ?? lastPart(reference) }
}

/**
 * A finder of the types that name a schema in their `allOf` (OpenAPI 3.1 "Discriminator Object", 2.0 likewise):
 * where the base has no `oneOf`, they are the ones that may stand for it. All are looked up once, on first use.
 */
export function createSubtypeFinder(document: JsonObject, resolveReference: ResolveReference): FindSubtypes {
  const index = once(() => findAll(document, resolveReference))
  return schema => {
    if (schema.oneOf !== undefined || schema.anyOf !== undefined) return []
    return readDiscriminator(schema) === undefined ? [] : (index().get(schema) ?? [])
  }
}

function findAll(
  document: JsonObject,
  resolveReference: ResolveReference,
): ReadonlyMap<object, readonly DiscriminatedType[]> {
  const found = new Map<object, DiscriminatedType[]>()
  for (const [base, schemas] of namedSchemas(document)) {
    for (const [name, schema] of Object.entries(schemas)) {
      if (!isJsonObject(schema) || !Array.isArray(schema.allOf)) continue
      const reference = base + encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'))
      for (const part of schema.allOf) {
        const target =
          isJsonObject(part) && typeof part.$ref === 'string' ? resolveReference(part.$ref) : undefined
        if (target === undefined || !('value' in target) || !isJsonObject(target.value)) continue
        const discriminator = readDiscriminator(target.value)
        const types = found.get(target.value) ?? []
        if (discriminator === undefined || types.length >= MAX_SUBTYPES) continue
        const own = schema['x-discriminator-value'] ?? schema['x-ms-discriminator-value']
        types.push({ reference, value: typeof own === 'string' ? own : discriminator.valueFor(reference) })
        found.set(target.value, types)
      }
    }
  }
  return found
}

function lastPart(reference: string): string {
  const last = reference.slice(reference.lastIndexOf('/') + 1)
  try {
    return decodeURIComponent(last)
  } catch {
    return last
  }
}
