import type { ErrorObject } from 'ajv/dist/2020.js'
import { nearestKey } from '../../config/nearest-key.ts'
import { isJsonObject } from '../is-json-object.ts'
import type { DescribeOptions } from './describe-options.ts'
import { resolveDefinition } from './find-schema.ts'
import { list, withArticle } from './show-value.ts'

/** Longer names are not compared with those that there are. */
const MAX_NAME = 200

/**
 * What an error expects, in words.
 *
 * @param schema - of the value that the error is about
 */
export function sayExpected(error: ErrorObject, schema: unknown, options: DescribeOptions): string {
  const { keyword, params } = error
  switch (keyword) {
    case 'required':
      return `a value${typesIn(schema, options)}: it is required`
    case 'dependentRequired':
      return `a value${typesIn(schema, options)}: it is required together with ${JSON.stringify(params.property)}`
    case 'additionalProperties':
    case 'unevaluatedProperties':
      return `nothing of this name${known(error, String(params.additionalProperty ?? params.unevaluatedProperty))}`
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
  const meant = nearestKey(name.slice(0, MAX_NAME), names)
  const guess = meant === undefined ? '' : `; did you mean ${JSON.stringify(meant)}?`
  return `${guess}; there are ${list(names)}`
}
