import { isJsonObject } from '../is-json-object.ts'
import type { JsonObject } from '../tool.ts'
import type { ClientLimits } from './client-limits.ts'
import { describeSchema, exampleNote } from './describe-schema.ts'
import { mainType } from './merge-schemas.ts'
import { createPlainReader, type ReadPlain } from './plain-schema.ts'
import { copy, renderScalar } from './render-scalar.ts'
import { safeKey } from './safe-keys.ts'

/**
 * A schema without references, within a client's limits. `levels` says how far down it is described, in steps:
 * an object's members cost two, a list's items one. Of what is deeper, only the members that are required are described,
 * and the names of others told. The same schema rendered to the same number of levels is the same object.
 */
export type RenderSchema = (schema: JsonObject, levels: number) => JsonObject

interface Rendered {
  readonly schema: JsonObject
  /** Steps that it took; with so many or more, the result is the same. */
  readonly used: number
  /** Whether there would be more to tell with more steps. */
  readonly isCut: boolean
}

interface Known {
  whole?: Rendered
  readonly cut: Map<number, Rendered>
}

const MEMBER = 2
const ITEM = 1
/** Lists of lists, and what objects require, go on for a while where the rest has ended. */
const DEEPEST = -6
const MAX_NAMES = 160
const FREE = 'Any JSON value; an object or list as JSON text.'

/** Makes a renderer for one document and client; what was rendered is remembered. */
export function createRenderer(
  definition: (reference: string) => JsonObject,
  limits: ClientLimits,
  longest: number,
): RenderSchema {
  const renderer = new Renderer(definition, limits, longest)
  return (schema, levels) => renderer.render(schema, levels).schema
}

class Renderer {
  readonly #limits: ClientLimits
  readonly #longest: number
  readonly #readPlain: ReadPlain
  readonly #readMerged: ReadPlain
  readonly #known = new WeakMap<JsonObject, Known>()

  constructor(definition: (reference: string) => JsonObject, limits: ClientLimits, longest: number) {
    this.#limits = limits
    this.#longest = longest
    this.#readPlain = createPlainReader(definition, limits.unions)
    this.#readMerged = createPlainReader(definition, false)
  }

  render(schema: JsonObject, levels: number): Rendered {
    const known: Known = this.#known.get(schema) ?? { cut: new Map() }
    this.#known.set(schema, known)
    if (known.whole !== undefined && known.whole.used <= levels) return known.whole
    const before = known.cut.get(levels)
    if (before !== undefined) return before
    const rendered = this.#renderPlain(this.#readPlain(schema), levels)
    if (rendered.isCut) known.cut.set(levels, rendered)
    else known.whole = rendered
    return rendered
  }

  #renderPlain(plain: JsonObject, levels: number): Rendered {
    if (Array.isArray(plain.anyOf)) return this.#renderUnion(plain, plain.anyOf, levels)
    const type = mainType(plain) ?? typeOfValues(plain.enum)
    if (type === 'object') return this.#renderObject(plain, levels)
    if (type === 'array') return this.#renderArray(plain, levels)
    if (type === undefined || type === 'null') return leaf(this.#describe({ type: 'string' }, plain, [FREE]))
    const { keywords, notes } = renderScalar(plain, type, this.#limits)
    if (isDefault(plain.default, type, keywords.enum)) keywords.default = plain.default
    const example = keywords.enum === undefined ? exampleNote(plain) : undefined
    notes.push(...[plain['x-note'], example].filter(isText))
    return leaf(this.#describe({ type, ...keywords }, plain, notes))
  }

  #renderObject(plain: JsonObject, levels: number): Rendered {
    const required = new Set([plain.required ?? []].flat().map(String))
    const all = membersOf(plain, required)
    const map = mapOf(plain)
    const isCut = levels <= 0 && (all.length > 0 || map !== undefined)
    // Where it ends, what every value needs is still there, for a while.
    const isNeeded = ([name]: readonly [string, unknown]): boolean => levels > DEEPEST && required.has(name)
    const members = isCut ? all.filter(isNeeded) : all
    const left = isCut ? all.filter(member => !isNeeded(member)).map(([name]) => safeKey(name)) : []
    const inner = new Inner(levels - MEMBER, MEMBER)
    const out: JsonObject = { type: 'object' }
    if (members.length > 0) {
      out.properties = Object.fromEntries(
        members.map(([name, member]) => [
          safeKey(name),
          inner.add(this.render(asSchema(member), inner.levels)),
        ]),
      )
      if (required.size > 0) out.required = [...required].map(safeKey)
    }
    if (map !== undefined && !isCut) out.additionalProperties = inner.add(this.render(map, inner.levels))
    copy(plain, out, ['minProperties', 'maxProperties'])
    const notes = [plain['x-note'], namesNote(left, members.length > 0 ? 'Also' : 'Members')]
    const described = this.#describe(out, plain, notes.filter(isText))
    if (isCut) return { schema: described, used: levels, isCut }
    return inner.finish(described, all.length === 0 && map === undefined ? DEEPEST : 1)
  }

  #renderArray(plain: JsonObject, levels: number): Rendered {
    const inner = new Inner(levels - ITEM, ITEM)
    const isEnd = levels <= DEEPEST
    const items = isEnd ? { type: 'object' } : inner.add(this.render(itemsOf(plain), inner.levels))
    const out: JsonObject = { type: 'array', items }
    copy(plain, out, ['minItems', 'maxItems'])
    if (plain.uniqueItems === true && this.#limits.rareKeywords) out.uniqueItems = true
    const finished = inner.finish(this.#describe(out, plain, []), DEEPEST + 1)
    return isEnd ? { ...finished, isCut: true } : finished
  }

  #renderUnion(plain: JsonObject, alternatives: readonly unknown[], levels: number): Rendered {
    if (levels <= 0) return { ...this.#renderPlain(this.#readMerged(plain), levels), isCut: true }
    const { anyOf: _, ...own } = plain
    const inner = new Inner(levels - ITEM, ITEM)
    const anyOf = alternatives.map(alternative => {
      const schema = asSchema(alternative)
      const whole = own.properties === undefined ? schema : { allOf: [schema, own] }
      return inner.add(this.render(whole, inner.levels))
    })
    return inner.finish({ ...this.#describe({}, own, []), anyOf: distinct(anyOf) }, 1)
  }

  #describe(schema: JsonObject, plain: JsonObject, notes: readonly string[]): JsonObject {
    const description = describeSchema(plain, notes, this.#longest)
    if (description !== undefined) schema.description = description
    return schema
  }
}

/** Counts what rendering the inside of a schema took. */
class Inner {
  readonly levels: number
  readonly #cost: number
  #used = Number.NEGATIVE_INFINITY
  #isCut = false

  constructor(levels: number, cost: number) {
    this.levels = levels
    this.#cost = cost
  }

  add({ schema, used, isCut }: Rendered): JsonObject {
    this.#used = Math.max(this.#used, used)
    this.#isCut ||= isCut
    return schema
  }

  /** @param least - steps without which it would be another */
  finish(schema: JsonObject, least: number): Rendered {
    return { schema, used: Math.max(least, this.#used + this.#cost), isCut: this.#isCut }
  }
}

function leaf(schema: JsonObject): Rendered {
  return { schema, used: Number.NEGATIVE_INFINITY, isCut: false }
}

/** What the values of free names are; undefined where nothing is known of them. */
function mapOf({ additionalProperties, patternProperties }: JsonObject): JsonObject | undefined {
  const patterns = isJsonObject(patternProperties)
    ? Object.values(patternProperties).filter(isJsonObject)
    : []
  const all = isJsonObject(additionalProperties) ? [additionalProperties, ...patterns] : patterns
  const [only] = all
  if (only === undefined || all.some(schema => Object.keys(schema).length === 0)) return undefined
  return all.length === 1 ? only : { anyOf: all }
}

function itemsOf({ items, prefixItems }: JsonObject): JsonObject {
  const rest = isJsonObject(items) ? [items] : []
  return Array.isArray(prefixItems) ? { anyOf: [...prefixItems.map(asSchema), ...rest] } : (rest[0] ?? {})
}

/** The members that are described, and those that are only said to be required. */
function membersOf(plain: JsonObject, required: ReadonlySet<string>): readonly [string, unknown][] {
  const described = isJsonObject(plain.properties) ? plain.properties : {}
  const others = [...required].filter(name => !Object.hasOwn(described, name))
  return [...Object.entries(described), ...others.map((name): [string, unknown] => [name, {}])]
}

/** What an object has, in words. */
function namesNote(names: readonly string[], heading: string): string {
  if (names.length === 0) return ''
  let text = names.join(', ')
  if (text.length > MAX_NAMES) text = `${text.slice(0, text.lastIndexOf(',', MAX_NAMES))}, …`
  return `${heading}: ${text}.`
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

function isDefault(value: unknown, type: string, values: unknown): boolean {
  if (Array.isArray(values)) return values.includes(value)
  if (type === 'integer') return Number.isSafeInteger(value)
  return typeof value === type && value !== ''
}

function typeOfValues(values: unknown): string | undefined {
  const first = Array.isArray(values) ? values.find(value => value !== null) : undefined
  const type = typeof first
  return type === 'string' || type === 'number' || type === 'boolean' ? type : undefined
}

function asSchema(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {}
}

/** Texts are compared only of what is small: made of shared parts, a schema's own can be endless. */
function distinct(schemas: readonly JsonObject[]): readonly JsonObject[] {
  const isSmall = ({ properties, items, anyOf, additionalProperties }: JsonObject): boolean =>
    [properties, items, anyOf, additionalProperties].every(inner => inner === undefined)
  return [
    ...new Map(schemas.map(schema => [isSmall(schema) ? JSON.stringify(schema) : schema, schema])).values(),
  ]
}
