import { isJsonObject } from '../../is-json-object.ts'
import type { JsonObject, ParameterStyle } from '../../tool.ts'

/** Members of a parameter or header of 2.0 that describe its value, as its schema does in OpenAPI 3. */
const SCHEMA_MEMBERS = [
  'type',
  'format',
  'default',
  'maximum',
  'exclusiveMaximum',
  'minimum',
  'exclusiveMinimum',
  'maxLength',
  'minLength',
  'pattern',
  'maxItems',
  'minItems',
  'uniqueItems',
  'enum',
  'multipleOf',
  'x-nullable',
] as const

/** How a list is written, as OpenAPI 3 says it. */
export interface ListStyle {
  readonly style: ParameterStyle
  readonly explode: boolean
}

/**
 * A query, header or path parameter of 2.0 as OpenAPI 3 has it: what describes the value goes to `schema`,
 * `collectionFormat` becomes `style` and `explode`. A list of lists becomes a text that the caller writes: exact, if
 * less comfortable.
 */
export function convertParameter(parameter: JsonObject): JsonObject {
  const { in: location, name, description, required, 'x-example': example, ...rest } = parameter
  const converted: JsonObject = { name, in: location }
  for (const key in rest) {
    const isKept = key === 'example' || key === 'allowEmptyValue' || key.startsWith('x-')
    if (isKept && key !== 'x-nullable') converted[key] = rest[key]
  }
  if (required !== undefined) converted.required = required
  if (example !== undefined) converted.example = example
  if (isNestedList(parameter)) {
    return { ...converted, description: nestedListDescription(description), schema: { type: 'string' } }
  }
  if (description !== undefined) converted.description = description
  return { ...converted, schema: valueSchema(parameter), ...listStyle(parameter) }
}

/** The schema of a parameter's, header's or form field's value. */
export function valueSchema(source: JsonObject): JsonObject {
  if (isJsonObject(source.schema)) return source.schema
  const schema: JsonObject = {}
  let from = source
  let into = schema
  for (;;) {
    for (const key of SCHEMA_MEMBERS) if (from[key] !== undefined) into[key] = from[key]
    if (from.type === 'file') Object.assign(into, { type: 'string', format: 'binary' })
    const { items } = from
    if (!isJsonObject(items)) return schema
    if (typeof items.$ref === 'string') {
      into.items = items
      return schema
    }
    const inner: JsonObject = {}
    into.items = inner
    from = items
    into = inner
  }
}

/** What `collectionFormat` says of a list, 2.0's own separators included; undefined where the value is none. */
export function listStyle(parameter: JsonObject): ListStyle | undefined {
  if (parameter.type !== 'array') return undefined
  const style = STYLES[String(parameter.collectionFormat)]
  if (style !== undefined) return { style, explode: false }
  if (parameter.in === 'path' || parameter.in === 'header') return { style: 'simple', explode: false }
  return { style: 'form', explode: parameter.collectionFormat === 'multi' }
}

const STYLES: Partial<Record<string, ParameterStyle>> = {
  ssv: 'spaceDelimited',
  tsv: 'tabDelimited',
  pipes: 'pipeDelimited',
}

/** Whether the value is a list of lists: each has a separator of its own, which no style knows. */
export function isNestedList({ type, items }: JsonObject): boolean {
  return type === 'array' && isJsonObject(items) && items.type === 'array'
}

/** What the caller is told who writes such a value as one text. */
export function nestedListDescription(description: unknown): string {
  const text = typeof description === 'string' && description !== '' ? `${description} ` : ''
  return `${text}A list of lists, written as one text with the separators that the API describes.`
}
