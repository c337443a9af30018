import { z } from 'zod'
import { configSchema } from './schema.ts'

/** A JSON Schema or a part of one. */
export interface JsonSchema {
  [keyword: string]: unknown
}

const PLACEHOLDER = { $ref: '#/$defs/placeholder' }
/** Keywords that stay outside when a schema is offered beside a placeholder, where editors look for them. */
const ANNOTATIONS: readonly string[] = ['title', 'description', 'default']

/**
 * JSON Schema (draft 2020-12) of the configuration file as an author writes it, for editors. Where a value has to
 * look a certain way, `${NAME}` is accepted too. What JSON Schema can't say (durations, CEL, references between
 * keys) is checked by {@link loadConfig} only.
 */
export function configJsonSchema(): JsonSchema {
  const { $schema, ...schema } = plainJsonSchema()
  return {
    $schema,
    title: 'Postern configuration',
    ...offerPlaceholders(schema),
    $defs: {
      placeholder: {
        description: 'A value from the environment.',
        type: 'string',
        pattern: '\\$\\{[A-Za-z_][A-Za-z0-9_]*(:-[^{}]*)?\\}',
      },
    },
  }
}

/** The same without placeholders: what a value is once the environment is filled in. */
export function plainJsonSchema(): JsonSchema {
  return z.toJSONSchema(configSchema, { io: 'input', target: 'draft-2020-12', unrepresentable: 'any' })
}

function offerPlaceholders(schema: JsonSchema): JsonSchema {
  const inside = Object.fromEntries(
    Object.entries(schema).map(([keyword, value]) => [keyword, descend(keyword, value)]),
  )
  if (!isParticular(schema)) return inside
  const entries = Object.entries(inside)
  const isAnnotation = ([keyword]: [string, unknown]) => ANNOTATIONS.includes(keyword)
  const value = Object.fromEntries(entries.filter(entry => !isAnnotation(entry)))
  return { ...Object.fromEntries(entries.filter(isAnnotation)), anyOf: [value, PLACEHOLDER] }
}

/** True for scalars that a placeholder's text would not satisfy. */
function isParticular(schema: JsonSchema): boolean {
  if ('const' in schema) return false
  const type = String(schema.type)
  return ['integer', 'number', 'boolean'].includes(type) || 'enum' in schema || 'pattern' in schema
}

function descend(keyword: string, value: unknown): unknown {
  if (keyword === 'properties' && isSchema(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => [
        key,
        isSchema(member) ? offerPlaceholders(member) : member,
      ]),
    )
  }
  // Keys are never filled in, so `propertyNames` stays as it is.
  if ((keyword === 'items' || keyword === 'additionalProperties') && isSchema(value))
    return offerPlaceholders(value)
  if ((keyword === 'anyOf' || keyword === 'oneOf') && Array.isArray(value)) {
    return value.map((member: unknown) => (isSchema(member) ? offerPlaceholders(member) : member))
  }
  return value
}

/** True for objects, which is what every JSON Schema here is. */
export function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
