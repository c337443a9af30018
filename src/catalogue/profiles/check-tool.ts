import { isJsonObject } from '../is-json-object.ts'
import { subschemas } from '../schema/subschemas.ts'
import type { JsonObject } from '../tool.ts'
import { CLIENT_LIMITS, type ClientLimits, type Profile } from './client-limits.ts'

const NAME = /^[A-Za-z0-9_-]+$/
const KEY = /^[A-Za-z0-9_.-]{1,64}$/
const LOOKAROUND = /\(\?<?[=!]/
const UNIONS = ['anyOf', 'oneOf', 'allOf']
const RARE = [
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'uniqueItems',
  'not',
  'if',
  'examples',
  'contains',
  'prefixItems',
  'patternProperties',
  'propertyNames',
  'dependentSchemas',
  'unevaluatedProperties',
  'unevaluatedItems',
]
const ENOUGH = 20

/**
 * Judges one tool, as it stands in a `tools/list` result, by what a client takes; knows nothing of how the tool
 * was made.
 *
 * @param definition - MCP `Tool`, parsed or as text
 * @param limits - a profile's name or limits of one's own
 * @param serverName - what clients join to the tool's name
 * @returns what the client refuses, each with a JSON pointer into the input schema; empty where it takes the tool
 */
export function checkTool(
  definition: JsonObject | string,
  limits: Profile | ClientLimits,
  serverName = '',
): readonly string[] {
  const tool: unknown = typeof definition === 'string' ? JSON.parse(definition) : definition
  if (!isJsonObject(tool)) return ['the tool is no object']
  const taken = typeof limits === 'string' ? CLIENT_LIMITS[limits] : limits
  const problems = [...checkHead(tool, taken, serverName)]
  const root = tool.inputSchema
  if (!isJsonObject(root) || root.type !== 'object') return [...problems, 'the input schema is no object']
  if (!taken.rootUnions && UNIONS.some(keyword => keyword in root)) problems.push('alternatives at the root')
  if ('$ref' in root) problems.push('a reference at the root')
  const stack: [schema: unknown, pointer: string][] = [[root, '']]
  for (let next = stack.pop(); next !== undefined && problems.length < ENOUGH; next = stack.pop()) {
    const [schema, pointer] = next
    if (!isJsonObject(schema)) {
      if (typeof schema !== 'boolean') problems.push(`${pointer}: no schema`)
      else if (!taken.booleanSchemas) problems.push(`${pointer}: ${schema} for a schema`)
      continue
    }
    problems.push(...checkSchema(schema, root, taken).map(problem => `${pointer}: ${problem}`))
    for (const [key, child] of childrenOf(schema)) stack.push([child, `${pointer}/${key}`])
  }
  return problems
}

function* checkHead(tool: JsonObject, taken: ClientLimits, serverName: string): Generator<string> {
  const name = String(tool.name)
  if (!NAME.test(name))
    yield `the name ${JSON.stringify(name)} has characters other than letters, digits, _ and -`
  if (name.length > taken.nameLength) yield `the name is longer than ${taken.nameLength} characters`
  const joined = serverName.length + name.length
  if (taken.joinedNameLength !== undefined && joined > taken.joinedNameLength) {
    yield `the names of server and tool are longer than ${taken.joinedNameLength} characters together`
  }
  if (String(tool.description ?? '').length > taken.description) {
    yield `the description is longer than ${taken.description} characters`
  }
}

function childrenOf(schema: JsonObject): readonly (readonly [key: string, schema: unknown])[] {
  const named = isJsonObject(schema.properties) ? Object.entries(schema.properties) : []
  const definitions = isJsonObject(schema.$defs) ? Object.entries(schema.$defs) : []
  const { properties: _, additionalProperties, ...others } = schema
  const rest = [...subschemas(others)]
  if (others.items !== undefined && !isJsonObject(others.items)) rest.push(others.items)
  if (isJsonObject(additionalProperties)) rest.push(additionalProperties)
  return [
    ...named.map(([key, child]) => [`properties/${key}`, child] as const),
    ...definitions.map(([key, child]) => [`$defs/${key}`, child] as const),
    ...rest.map((child, index) => [`(${index})`, child] as const),
  ]
}

function* problemsOf(schema: JsonObject, root: JsonObject, taken: ClientLimits): Generator<string> {
  const unions = UNIONS.some(keyword => keyword in schema)
  if (typeof schema.$ref === 'string') {
    if (!taken.references) yield 'a reference'
    const name = schema.$ref.replace('#/$defs/', '')
    if (!isJsonObject(root.$defs) || !Object.hasOwn(root.$defs, name)) yield `a dangling ${schema.$ref}`
  }
  if (!taken.unions && unions) yield 'alternatives'
  if (!taken.typeless && schema.type === undefined) yield 'no type'
  if (!taken.typeLists && Array.isArray(schema.type)) yield 'a list of types'
  const isArray = [schema.type].flat().includes('array')
  if (isArray && !taken.openArrays && schema.items === undefined) yield 'an array without items'
  if (!taken.constants && 'const' in schema) yield 'const'
  if (isJsonObject(schema.properties) && taken.safeKeys) {
    const unsafe = Object.keys(schema.properties).find(key => !KEY.test(key))
    if (unsafe !== undefined) yield `the property ${JSON.stringify(unsafe)}`
  }
  for (const bound of ['exclusiveMinimum', 'exclusiveMaximum']) {
    if (typeof schema[bound] === 'boolean') yield `a boolean ${bound}`
  }
  const rare = taken.rareKeywords ? undefined : RARE.find(keyword => keyword in schema)
  if (rare !== undefined) yield rare
  yield* checkEnum(schema, taken)
  yield* checkText(schema, taken)
}

function checkSchema(schema: JsonObject, root: JsonObject, taken: ClientLimits): readonly string[] {
  return [...problemsOf(schema, root, taken)]
}

function* checkEnum(schema: JsonObject, taken: ClientLimits): Generator<string> {
  if (schema.enum === undefined) return
  const values = schema.enum
  if (!Array.isArray(values) || values.length === 0) {
    yield 'an enum without values'
    return
  }
  if (new Set(values.map(value => JSON.stringify(value))).size < values.length)
    yield 'an enum with a value twice'
  if (!taken.anyEnums && !values.every(value => typeof value === 'string'))
    yield 'an enum of other than texts'
  if (!taken.anyEnums && schema.type !== 'string') yield 'an enum on what is no text'
}

function* checkText({ pattern, format }: JsonObject, taken: ClientLimits): Generator<string> {
  if (typeof pattern === 'string') {
    if (!taken.lookaround && LOOKAROUND.test(pattern)) yield 'a pattern with lookaround'
    if (!taken.loosePatterns && !/^\^.*\$$/s.test(pattern)) yield 'a pattern without both anchors'
  }
  if (typeof format === 'string' && taken.formats !== 'any' && !taken.formats.has(format)) {
    yield `the format ${format}`
  }
}
