/**
 * Turns the arguments that a model writes from an advertised schema into those that the document means: keys that
 * were advertised under safer ones get their own back, and a value that may be anything is read where it is an
 * object or list written as JSON text, as the schema asks for.
 *
 * What was written as the document has it stays as it is. Nothing here checks; that comes after.
 */
import { isJsonObject } from '../is-json-object.ts'
import type { JsonObject } from '../tool.ts'
import type { AdvertisedArgument } from './advertise-argument.ts'
import { isSafeKey, safeKey } from './safe-keys.ts'

/** Rewrites arguments; yields the same object where there is nothing to do. */
export type Unalias = (args: JsonObject) => JsonObject

const MAX_DEPTH = 64
const MAX_PARTS = 200
const MAX_SCHEMAS = 20_000
/** Schemas that one call may have looked at; what is left then stays as it was written, and is checked so. */
const MAX_WORK = 200_000
const ANNOTATIONS: ReadonlySet<string> = new Set(['description', 'deprecated', 'default', 'examples'])

/**
 * Makes the rewriter of one tool; undefined where its schemas have neither unsafe keys nor values of any kind.
 *
 * @param definition - what a reference in the converted schemas leads to
 */
export function createUnalias(
  args: readonly AdvertisedArgument[],
  definition: (reference: string) => JsonObject,
): Unalias | undefined {
  if (!needsUnalias(args, definition)) return undefined
  const schemas = new Map(args.map(({ argument, schema }) => [argument, schema]))
  return given => {
    const rewriter = new Rewriter(definition)
    return mapMembers(given, (key, value) => {
      const schema = schemas.get(key)
      return [key, schema === undefined ? value : rewriter.rewrite(value, [schema], 0)]
    })
  }
}

/** What the schemas of one place say together, as far as it was asked. */
interface Shape {
  readonly parts: readonly JsonObject[]
  readonly maps: readonly JsonObject[]
  readonly members: Map<string, Member>
  items: readonly JsonObject[] | undefined
  others: readonly JsonObject[] | undefined
}

/** A member's own key, and the schemas of its value; undefined where only those of all others hold. */
interface Member {
  readonly own: string
  readonly schemas: readonly JsonObject[] | undefined
}

/**
 * Rewrites the arguments of one call. They may be as large as a request: what schemas say is gathered once for all
 * values that they hold for, and kept no longer than the call, since callers choose which places there are.
 */
class Rewriter {
  readonly #definition: (reference: string) => JsonObject
  readonly #shapes = new Map<readonly JsonObject[], Shape>()
  #left = MAX_WORK

  constructor(definition: (reference: string) => JsonObject) {
    this.#definition = definition
  }

  rewrite(value: unknown, schemas: readonly JsonObject[], depth: number): unknown {
    if (schemas.length === 0 || depth > MAX_DEPTH || this.#left <= 0) return value
    if (typeof value === 'string' && !/^\s*[{[]/.test(value)) return value
    if (typeof value !== 'string' && (typeof value !== 'object' || value === null)) return value
    const shape = this.#shapeOf(schemas)
    if (typeof value === 'string') return shape.parts.every(isFree) ? readText(value) : value
    if (Array.isArray(value)) return this.#rewriteList(value, shape, depth)
    return isJsonObject(value) ? this.#rewriteObject(value, shape, depth) : value
  }

  #rewriteList(list: readonly unknown[], shape: Shape, depth: number): readonly unknown[] {
    shape.items ??= shape.parts.flatMap(part => [part.items, part.prefixItems].flat()).filter(isJsonObject)
    const { items } = shape
    const out = list.map(item => this.rewrite(item, items, depth + 1))
    return out.every((item, index) => item === list[index]) ? list : out
  }

  #rewriteObject(object: JsonObject, shape: Shape, depth: number): JsonObject {
    shape.others ??= shape.parts.map(part => part.additionalProperties).filter(isJsonObject)
    const { others } = shape
    return mapMembers(object, (key, value) => {
      let member = this.#memberOf(shape, key)
      const isTaken = member.own !== key && Object.hasOwn(object, member.own)
      if (isTaken) member = { own: key, schemas: undefined }
      return [member.own, this.rewrite(value, member.schemas ?? others, depth + 1)]
    })
  }

  #shapeOf(schemas: readonly JsonObject[]): Shape {
    const known = this.#shapes.get(schemas)
    if (known !== undefined) return known
    const parts = partsOf(schemas, this.#definition)
    this.#left -= parts.length
    const maps = parts.map(part => part.properties).filter(isJsonObject)
    const shape = { parts, maps, members: new Map(), items: undefined, others: undefined }
    this.#shapes.set(schemas, shape)
    return shape
  }

  #memberOf({ maps, members }: Shape, key: string): Member {
    const known = members.get(key)
    if (known !== undefined) return known
    if (this.#left <= 0) return { own: key, schemas: undefined }
    this.#left -= maps.length
    const own = ownKey(key, maps)
    const schemas = maps.flatMap(map => (Object.hasOwn(map, own) ? map[own] : undefined)).filter(isJsonObject)
    const isNamed = maps.some(map => Object.hasOwn(map, own))
    const member = { own, schemas: isNamed ? schemas : undefined }
    members.set(key, member)
    return member
  }
}

/** The document's own key for one that a model wrote. */
function ownKey(key: string, maps: readonly JsonObject[]): string {
  if (maps.some(map => Object.hasOwn(map, key))) return key
  for (const map of maps) {
    const own = aliasesOf(map).get(key)
    if (own !== undefined) return own
  }
  return key
}

/** Properties → advertised key → own key, of those whose own is not safe. Each costs a hash. */
const aliases = new WeakMap<JsonObject, ReadonlyMap<string, string>>()

function aliasesOf(properties: JsonObject): ReadonlyMap<string, string> {
  let known = aliases.get(properties)
  if (known === undefined) {
    const unsafe = Object.keys(properties).filter(key => !isSafeKey(key))
    known = new Map(unsafe.map(key => [safeKey(key), key]))
    aliases.set(properties, known)
  }
  return known
}

function mapMembers(
  object: JsonObject,
  map: (key: string, value: unknown) => readonly [key: string, value: unknown],
): JsonObject {
  const before = Object.entries(object)
  const after = before.map(([key, value]) => map(key, value))
  const isSame = after.every(([key, value], index) => {
    const [oldKey, oldValue] = before[index] ?? []
    return key === oldKey && value === oldValue
  })
  return isSame ? object : Object.fromEntries(after)
}

function readText(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** The schemas, with all that they refer to or are composed of. */
function partsOf(
  schemas: readonly unknown[],
  definition: (reference: string) => JsonObject,
): readonly JsonObject[] {
  const parts = new Set<JsonObject>()
  for (const schema of schemas) if (isJsonObject(schema)) parts.add(schema)
  for (const part of parts) {
    if (parts.size >= MAX_PARTS) break
    for (const inner of composedOf(part, definition)) parts.add(inner)
  }
  return [...parts]
}

function composedOf(
  schema: JsonObject,
  definition: (reference: string) => JsonObject,
): readonly JsonObject[] {
  const { allOf, anyOf, oneOf, then, else: otherwise, dependentSchemas } = schema
  const dependent = isJsonObject(dependentSchemas) ? Object.values(dependentSchemas) : []
  const target = typeof schema.$ref === 'string' ? definition(schema.$ref) : undefined
  return [target, allOf, anyOf, oneOf, then, otherwise, dependent].flat().filter(isJsonObject)
}

/** Whether a schema says nothing of the value itself. */
function isFree(schema: JsonObject): boolean {
  return Object.keys(schema).every(key => ANNOTATIONS.has(key) || key === '$ref' || key === 'allOf')
}

function needsUnalias(
  args: readonly AdvertisedArgument[],
  definition: (reference: string) => JsonObject,
): boolean {
  const seen = new Set<JsonObject>(args.map(({ schema }) => schema))
  for (const schema of seen) {
    if (seen.size > MAX_SCHEMAS) return true
    const composed = composedOf(schema, definition)
    if (composed.length === 0 && isFree(schema)) return true
    if (isJsonObject(schema.properties) && !Object.keys(schema.properties).every(isSafeKey)) return true
    const members = isJsonObject(schema.properties) ? Object.values(schema.properties) : []
    const inner = [schema.items, schema.prefixItems, schema.additionalProperties, members].flat()
    for (const child of [...composed, ...inner]) if (isJsonObject(child)) seen.add(child)
  }
  return false
}
