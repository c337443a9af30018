import type { ErrorObject } from 'ajv/dist/2020.js'
import { isJsonObject } from '../is-json-object.ts'
import { exampleValue } from '../schema/example-value.ts'
import type { ArgumentProblem, JsonObject } from '../tool.ts'

/** What describing needs besides the error. */
export interface DescribeOptions {
  /** The advertised schema, whose examples the model knows. */
  readonly inputSchema: JsonObject
  readonly isSensitive: (path: readonly string[]) => boolean
}

const MAX_RECEIVED = 100
const MAX_LISTED = 20

/** One validation error in words that a model can act on. Sensitive values are never in it. */
export function describeProblem(error: ErrorObject, options: DescribeOptions): ArgumentProblem {
  const parent = error.instancePath.split('/').slice(1).map(unescapePointer)
  const { keyword, params } = error
  const missing = keyword === 'required' ? String(params.missingProperty) : undefined
  const extra = unexpectedName(error)
  const name = missing ?? extra
  const path = name === undefined ? parent : [...parent, name]
  const schema =
    schemaAt(options.inputSchema, path) ?? (missing === undefined ? error.parentSchema : undefined)
  const value =
    missing !== undefined ? undefined : extra === undefined ? error.data : member(error.data, extra)
  const isHidden = options.isSensitive(path.map(part => (/^\d+$/.test(part) ? '*' : part)))
  return {
    path: path.map(part => `/${part.replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''),
    expected: expectedOf(error, schema),
    received: missing !== undefined ? undefined : isHidden ? 'a value that is not shown here' : show(value),
    example: extra === undefined && !isHidden ? exampleValue(schema) : undefined,
  }
}

function unexpectedName({ keyword, params }: ErrorObject): string | undefined {
  if (keyword === 'additionalProperties') return String(params.additionalProperty)
  return keyword === 'unevaluatedProperties' ? String(params.unevaluatedProperty) : undefined
}

function expectedOf(error: ErrorObject, schema: unknown): string {
  const { keyword, params, parentSchema } = error
  switch (keyword) {
    case 'required':
      return `a value${typesIn(schema)}: it is required`
    case 'additionalProperties':
    case 'unevaluatedProperties':
      return `nothing of this name${known(parentSchema)}`
    case 'type':
      return withArticle([params.type].flat().map(String))
    case 'enum':
      return `one of ${list(params.allowedValues)}`
    case 'minimum':
    case 'maximum':
    case 'exclusiveMinimum':
    case 'exclusiveMaximum':
      return `a number ${params.comparison} ${params.limit}`
    case 'minLength':
    case 'maxLength':
      return `a text of at ${keyword === 'minLength' ? 'least' : 'most'} ${params.limit} characters`
    case 'minItems':
    case 'maxItems':
      return `a list of at ${keyword === 'minItems' ? 'least' : 'most'} ${params.limit} items`
    case 'pattern':
      return `a text that matches ${String(params.pattern).slice(0, 200)}`
    case 'format':
      return `a text in the format ${params.format}`
    case 'multipleOf':
      return `a multiple of ${params.multipleOf}`
    case 'uniqueItems':
      return 'a list in which nothing is twice'
    case 'anyOf':
    case 'oneOf':
      return keyword === 'oneOf' && params.passingSchemas
        ? 'what fits exactly one alternative'
        : 'one of the alternatives of the schema'
    default:
      return `a value that ${error.message ?? 'fits the schema'}`
  }
}

function typesIn(schema: unknown): string {
  const types = isJsonObject(schema) ? [schema.type ?? []].flat().map(String) : []
  return types.length === 0 ? '' : `, ${withArticle(types)}`
}

function withArticle(types: readonly string[]): string {
  return types
    .map(type => (type === 'null' ? type : `${/^[aeio]/.test(type) ? 'an' : 'a'} ${type}`))
    .join(' or ')
}

function known(schema: unknown): string {
  const names = isJsonObject(schema) && isJsonObject(schema.properties) ? Object.keys(schema.properties) : []
  return names.length === 0 ? '' : `; there are ${list(names)}`
}

function list(values: unknown): string {
  const all = [values].flat().map(value => JSON.stringify(value) ?? '')
  return all.length > MAX_LISTED ? `${all.slice(0, MAX_LISTED).join(', ')}, …` : all.join(', ')
}

function show(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length} items`
  if (isJsonObject(value)) return 'an object'
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > MAX_RECEIVED ? `${text.slice(0, MAX_RECEIVED)}…` : text
}

function member(value: unknown, name: string): unknown {
  return isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
}

function schemaAt(root: JsonObject, path: readonly string[]): unknown {
  let schema: unknown = root
  for (const part of path) {
    if (!isJsonObject(schema)) return undefined
    if (typeof schema.$ref === 'string') schema = definition(root, schema.$ref)
    if (!isJsonObject(schema)) return undefined
    const { properties, items } = schema
    if (isJsonObject(properties)) schema = Object.hasOwn(properties, part) ? properties[part] : undefined
    else schema = /^\d+$/.test(part) ? items : undefined
  }
  return isJsonObject(schema) && typeof schema.$ref === 'string' ? definition(root, schema.$ref) : schema
}

function definition(root: JsonObject, reference: string): unknown {
  const name = reference.slice('#/$defs/'.length)
  return isJsonObject(root.$defs) && Object.hasOwn(root.$defs, name) ? root.$defs[name] : undefined
}

function unescapePointer(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~')
}
