import type { ErrorObject } from 'ajv/dist/2020.js'
import { nearestKey } from '../../config/nearest-key.ts'
import { isJsonObject } from '../is-json-object.ts'
import { DEFINITION_BASE } from '../schema/convert-schema.ts'
import { exampleValue } from '../schema/example-value.ts'
import type { ArgumentProblem, JsonObject } from '../tool.ts'

/** What describing needs besides the error. */
export interface DescribeOptions {
  /** The exact schema, which the errors are about. */
  readonly schema: JsonObject
  /** The advertised schema, whose examples the model knows. */
  readonly inputSchema: JsonObject
  /** Asked with names, indexes as `*`. */
  readonly isSensitive: (path: readonly string[]) => boolean
}

const MAX_RECEIVED = 100
const MAX_LISTED = 20
const MAX_LIST_TEXT = 300
const MAX_KEYS = 200
const MAX_EXPANDED = 200

/** One validation error in words that a model can act on. Sensitive values are never in it. */
export function describeProblem(error: ErrorObject, options: DescribeOptions): ArgumentProblem {
  const missing = missingName(error)
  const extra = unexpectedName(error)
  const name = missing ?? extra
  const parts = pathOf(error)
  const path = name === undefined ? parts : [...parts, name]
  const schema = schemaAt(options.inputSchema, path) ?? ownSchema(error, missing)
  const value = extra === undefined ? error.data : member(error.data, extra)
  const isHidden = isHiddenAt(path, options)
  const example = exampleValue(schema, 0, reference => resolveDefinition(options, reference))
  return {
    path: pointerOf(path),
    expected: expectedOf(error, schema, options),
    received: missing !== undefined ? undefined : isHidden ? 'a value that is not shown here' : shown(value),
    example: extra === undefined && !isHidden ? example : undefined,
  }
}

/** The names and indexes that lead to where an error is. */
export function pathOf({ instancePath }: ErrorObject): readonly string[] {
  return instancePath.split('/').slice(1).map(unescapePointer)
}

/** Whether the value at a path must not be shown. */
export function isHiddenAt(path: readonly string[], { isSensitive }: DescribeOptions): boolean {
  return isSensitive(path.map(part => (/^\d+$/.test(part) ? '*' : part)))
}

/** Path parts as a JSON pointer (RFC 6901). */
export function pointerOf(path: readonly string[]): string {
  return path.map(part => `/${part.slice(0, MAX_KEYS).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

/** The definition that a reference of the exact or of the advertised schema leads to. */
export function resolveDefinition({ schema, inputSchema }: DescribeOptions, reference: string): unknown {
  return reference.startsWith(DEFINITION_BASE)
    ? definition(schema, reference.slice(DEFINITION_BASE.length))
    : definition(inputSchema, reference.slice('#/$defs/'.length))
}

/** The part of the advertised schema that describes a path's value; of alternatives, the first that knows the path. */
export function schemaAt(root: JsonObject, path: readonly string[]): unknown {
  let schemas: readonly unknown[] = [root]
  for (const part of path) {
    schemas = expand(root, schemas).flatMap(({ properties, items }) => {
      if (isJsonObject(properties) && Object.hasOwn(properties, part)) return [properties[part]]
      return /^\d+$/.test(part) && isJsonObject(items) ? [items] : []
    })
  }
  return schemas[0]
}

/** Schemas with all that they refer to and are composed of. */
function expand(root: JsonObject, schemas: readonly unknown[]): readonly JsonObject[] {
  const found = new Set(schemas.filter(isJsonObject))
  for (const schema of found) {
    if (found.size > MAX_EXPANDED) break
    const { $ref, allOf, anyOf, oneOf } = schema
    const target = typeof $ref === 'string' ? definition(root, $ref.slice('#/$defs/'.length)) : undefined
    for (const inner of [target, allOf, anyOf, oneOf].flat()) if (isJsonObject(inner)) found.add(inner)
  }
  return [...found]
}

/** A value as it may be shown: short, and never what is inside of it. */
export function shown(value: unknown): string {
  if (Array.isArray(value))
    return value.length === 1 ? 'a list of one item' : `a list of ${value.length} items`
  if (isJsonObject(value)) return 'an object'
  if (typeof value === 'string' && /^\s*[[{]/.test(value)) return 'a text with JSON in it'
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > MAX_RECEIVED ? `${text.slice(0, MAX_RECEIVED)}…` : text
}

/** Values in one line, cut where it gets long. */
export function list(values: unknown): string {
  const kept: string[] = []
  let length = 0
  for (const value of [values].flat()) {
    const text = JSON.stringify(value) ?? ''
    length += text.length + 2
    if (kept.length > 0 && (kept.length >= MAX_LISTED || length > MAX_LIST_TEXT))
      return `${kept.join(', ')}, …`
    kept.push(text.length > MAX_LIST_TEXT ? `${text.slice(0, MAX_LIST_TEXT)}…` : text)
  }
  return kept.join(', ')
}

/** Types as a model reads them, `an integer or null`. */
export function withArticle(types: readonly string[]): string {
  return types
    .map(type => (type === 'null' ? type : `${/^[aeio]/.test(type) ? 'an' : 'a'} ${type}`))
    .join(' or ')
}

function missingName({ keyword, params }: ErrorObject): string | undefined {
  return keyword === 'required' || keyword === 'dependentRequired'
    ? String(params.missingProperty)
    : undefined
}

function unexpectedName({ keyword, params }: ErrorObject): string | undefined {
  if (keyword === 'additionalProperties') return String(params.additionalProperty)
  return keyword === 'unevaluatedProperties' ? String(params.unevaluatedProperty) : undefined
}

/** The exact schema of what an error is about, for places that the advertised one does not reach. */
function ownSchema({ parentSchema }: ErrorObject, missing: string | undefined): unknown {
  if (missing === undefined) return parentSchema
  const properties = isJsonObject(parentSchema) ? parentSchema.properties : undefined
  return member(properties, missing)
}

function expectedOf(error: ErrorObject, schema: unknown, options: DescribeOptions): string {
  const { keyword, params } = error
  switch (keyword) {
    case 'required':
      return `a value${typesIn(schema, options)}: it is required`
    case 'dependentRequired':
      return `a value${typesIn(schema, options)}: it is required together with ${JSON.stringify(params.property)}`
    case 'additionalProperties':
    case 'unevaluatedProperties':
      return `nothing of this name${known(error, String(unexpectedName(error)))}`
    case 'type':
      return withArticle([params.type].flat().map(String)) + formOf(error.parentSchema)
    case 'enum':
      return `one of ${list(params.allowedValues)}`
    case 'const':
      return list([params.allowedValue])
    case 'false schema':
    case 'not':
      return 'another value: the API rules this one out'
    default:
      return expectedLimit(error)
  }
}

function expectedLimit({ keyword, params, message }: ErrorObject): string {
  const { limit } = params
  const bound = keyword.startsWith('min') ? 'least' : 'most'
  switch (keyword) {
    case 'minimum':
    case 'maximum':
    case 'exclusiveMinimum':
    case 'exclusiveMaximum':
      return `a number ${params.comparison} ${limit}`
    case 'minLength':
    case 'maxLength':
      return `a text of at ${bound} ${limit} character${limit === 1 ? '' : 's'}`
    case 'minItems':
    case 'maxItems':
      return `a list of at ${bound} ${limit} item${limit === 1 ? '' : 's'}`
    case 'minProperties':
    case 'maxProperties':
      return `an object of at ${bound} ${limit} member${limit === 1 ? '' : 's'}`
    case 'pattern':
      return `a text that matches ${String(params.pattern).slice(0, 200)}`
    case 'format':
      return `a text in the format ${params.format}`
    case 'multipleOf':
      return `a multiple of ${params.multipleOf}`
    case 'uniqueItems':
      return 'a list in which nothing is twice'
    case 'contains':
      return 'a list with at least one item of the kind that the schema asks for'
    default:
      return `a value that ${message ?? 'fits the schema'}`
  }
}

function typesIn(schema: unknown, options: DescribeOptions): string {
  let found = schema
  for (let step = 0; step < 8 && isJsonObject(found) && typeof found.$ref === 'string'; step++) {
    found = resolveDefinition(options, found.$ref)
  }
  if (!isJsonObject(found)) return ''
  if (Array.isArray(found.enum)) return `, one of ${list(found.enum)}`
  const types = [found.type ?? []].flat().map(String)
  return types.length === 0 ? '' : `, ${withArticle(types)}${formOf(found)}`
}

/** What a text must be like, where no example can be made that is. */
function formOf(schema: unknown): string {
  if (!isJsonObject(schema)) return ''
  if (typeof schema.pattern === 'string') return ` that matches ${schema.pattern.slice(0, 200)}`
  return typeof schema.format === 'string' && schema.type === 'string'
    ? ` in the format ${schema.format}`
    : ''
}

/** The names that there are, the one that was most likely meant first. */
function known({ parentSchema }: ErrorObject, name: string): string {
  const properties = isJsonObject(parentSchema) ? parentSchema.properties : undefined
  const names = isJsonObject(properties) ? Object.keys(properties) : []
  if (names.length === 0) return ''
  const meant = nearestKey(name.slice(0, MAX_KEYS), names)
  const guess = meant === undefined ? '' : `; did you mean ${JSON.stringify(meant)}?`
  return `${guess}; there are ${list(names)}`
}

function member(value: unknown, name: string): unknown {
  return isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
}

function definition(root: JsonObject, name: string): unknown {
  return member(root.$defs, name)
}

function unescapePointer(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~')
}
