import { isJsonObject } from '../../catalogue/is-json-object.ts'
import type { JsonObject } from '../../catalogue/tool.ts'
import { PosternError } from '../../errors.ts'

/**
 * The arguments of a call from the command line: the object of `--json`, and over it each `--arg`.
 *
 * `k=v` becomes what the tool's schema says that `k` is: a number, a boolean, JSON for arrays and objects, else
 * a string; repeating it fills an array. `k:=json` is JSON whatever the schema says.
 *
 * @param schema - the tool's `inputSchema`; undefined for a tool that is not listed, whose values stay strings
 * @throws PosternError `invalid_params` that names the argument.
 */
export function readArguments(
  pairs: readonly string[],
  json: string | undefined,
  schema: unknown,
): JsonObject {
  const base = json === undefined ? {} : parseJson('--json', json)
  if (!isJsonObject(base)) throw refuse('--json must be a JSON object.')
  const args = new Map(Object.entries(base))
  const given = new Set<string>()
  for (const pair of pairs) {
    const match = /^([^=]+?)(:?)=(.*)$/s.exec(pair)
    if (match === null) throw refuse(`--arg ${pair}: write name=value, or name:=json.`)
    const [, name = '', colon, text = ''] = match
    const property = propertyOf(schema, name)
    const value = colon === ':' ? parseJson(`--arg ${name}`, text) : typed(name, text, property, schema)
    const before = args.get(name)
    if (!given.has(name)) args.set(name, value)
    else if (Array.isArray(before) && Array.isArray(value)) args.set(name, [...before, ...value])
    else throw refuse(`--arg ${name} is given twice, but it is no list.`)
    given.add(name)
  }
  return Object.fromEntries(args)
}

function typed(name: string, text: string, property: unknown, root: unknown): unknown {
  const types = typesOf(property, root, 0)
  if (types.has('null') && text === 'null' && !types.has('string')) return null
  if (types.has('boolean') && (text === 'true' || text === 'false')) return text === 'true'
  if ((types.has('integer') || types.has('number')) && NUMBER.test(text)) return Number(text)
  if (types.has('array')) {
    if (text.trimStart().startsWith('[')) return parseJson(`--arg ${name}`, text)
    const items = isJsonObject(property) ? resolve(property, root).items : undefined
    return [typed(name, text, items, root)]
  }
  if (types.has('object')) return parseJson(`--arg ${name}`, text)
  if (types.size === 0 || types.has('string')) return text
  throw refuse(`--arg ${name}: ${JSON.stringify(text)} is not ${[...types].join(' or ')}.`)
}

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/
const DEEPEST = 8

/** The types that a schema allows, as far as it says so at its top. */
function typesOf(schema: unknown, root: unknown, depth: number): Set<string> {
  if (!isJsonObject(schema) || depth > DEEPEST) return new Set()
  const { type, anyOf, oneOf, allOf, enum: values } = resolve(schema, root)
  if (type !== undefined) return new Set([type].flat().filter(one => typeof one === 'string'))
  const branches = [anyOf, oneOf, allOf].find(Array.isArray)
  if (branches !== undefined)
    return new Set(branches.flatMap(branch => [...typesOf(branch, root, depth + 1)]))
  return new Set(Array.isArray(values) ? values.map(typeName) : [])
}

function typeName(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}

/** The schema that a local reference names; the schema itself where it is none. */
function resolve(schema: JsonObject, root: unknown): JsonObject {
  let current = schema
  for (let step = 0; step < DEEPEST && typeof current.$ref === 'string'; step++) {
    const name = /^#\/\$defs\/(.+)$/.exec(current.$ref)?.[1]
    const definitions = isJsonObject(root) && isJsonObject(root.$defs) ? root.$defs : {}
    const target =
      name === undefined ? undefined : definitions[name.replaceAll('~1', '/').replaceAll('~0', '~')]
    if (!isJsonObject(target)) return current
    current = target
  }
  return current
}

function propertyOf(schema: unknown, name: string): unknown {
  const properties = isJsonObject(schema) && isJsonObject(schema.properties) ? schema.properties : {}
  return Object.hasOwn(properties, name) ? properties[name] : undefined
}

function parseJson(where: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw refuse(`${where}: ${JSON.stringify(text.slice(0, 80))} is not JSON.`)
  }
}

function refuse(message: string): PosternError {
  return new PosternError('invalid_params', { message })
}
