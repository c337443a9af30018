import type { ErrorObject } from 'ajv/dist/2020.js'
import { isJsonObject } from '../is-json-object.ts'
import { measureArguments } from './measure-arguments.ts'
import type { RepairKind } from './repaired-arguments.ts'

/** Instead of a value: it is to be left out. */
export const DROPPED = Symbol('dropped')

/** Levels of nesting that arguments may have. */
export const MAX_DEPTH = 64

/** What a value should have been. */
export interface Proposal {
  readonly kind: RepairKind
  readonly value: unknown
}

/** First come, first served: what leaves least doubt. */
const ORDER: readonly RepairKind[] = ['json', 'number', 'boolean', 'enum', 'text', 'list', 'dropped']

/**
 * What a value should have been, from all errors about it; undefined where that is unclear.
 *
 * - `json`: a text that holds the object or list that is wanted
 * - `number`, `boolean`: a text that says one, exactly
 * - `text`: a number or boolean where a text is wanted
 * - `enum`: one of the values that are wanted, in another case or as another type
 * - `list`: one item where a list is wanted, or several names with commas that are all among those of its items
 * - `dropped`: null, an empty text or `"null"`, where leaving it out means the same
 *
 * @param mayDrop - whether leaving the value out would mean the same
 */
export function proposeRepair(errors: readonly ErrorObject[], mayDrop: boolean): Proposal | undefined {
  const value: unknown = errors[0]?.data
  const proposals = errors.flatMap(error => proposalsFor(error, value))
  if (mayDrop) proposals.push({ kind: 'dropped', value: DROPPED })
  for (const kind of ORDER) {
    const own = proposals.filter(proposal => proposal.kind === kind)
    const [first] = own
    if (first === undefined) continue
    const distinct = new Set(own.map(each => (each.value === DROPPED ? '' : JSON.stringify(each.value))))
    return distinct.size === 1 ? first : undefined
  }
  return undefined
}

/** What a text holds as JSON; undefined where it is none or too deep to be walked. */
export function readJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return measureArguments(value, MAX_DEPTH).depth <= MAX_DEPTH ? value : undefined
  } catch {
    return undefined
  }
}

function proposalsFor({ keyword, params, parentSchema }: ErrorObject, value: unknown): readonly Proposal[] {
  if (keyword === 'enum') return fromValues(params.allowedValues, value)
  if (keyword === 'const') return fromValues([params.allowedValue], value)
  if (keyword !== 'type') return []
  const wanted = new Set([params.type].flat().map(String))
  const proposal =
    typeof value === 'string'
      ? (fromNames(value, wanted, parentSchema) ?? fromText(value, wanted))
      : fromOther(value, wanted)
  return proposal === undefined ? [] : [proposal]
}

function fromText(text: string, wanted: ReadonlySet<string>): Proposal | undefined {
  const trimmed = text.trim()
  if (/^[[{]/.test(trimmed)) {
    const parsed = readJson(trimmed)
    const isWanted = Array.isArray(parsed)
      ? wanted.has('array')
      : isJsonObject(parsed) && wanted.has('object')
    return isWanted ? { kind: 'json', value: parsed } : undefined
  }
  if ((wanted.has('number') || wanted.has('integer')) && isExactNumber(trimmed, wanted)) {
    return { kind: 'number', value: Number(trimmed) }
  }
  if (wanted.has('boolean') && /^(?:true|false)$/i.test(trimmed)) {
    return { kind: 'boolean', value: trimmed.toLowerCase() === 'true' }
  }
  // With a comma, it could be several items.
  const isItem = wanted.has('array') && trimmed !== '' && trimmed !== 'null' && !text.includes(',')
  return isItem ? { kind: 'list', value: [text] } : undefined
}

/** Several of the values that a list may hold, with commas between them: `name,notes`. */
function fromNames(text: string, wanted: ReadonlySet<string>, schema: unknown): Proposal | undefined {
  const items = isJsonObject(schema) ? schema.items : undefined
  const allowed: unknown = isJsonObject(items) ? items.enum : undefined
  if (!wanted.has('array') || !Array.isArray(allowed) || !text.includes(',')) return undefined
  const names = text.split(',').map(name => name.trim())
  // A value with a comma in it could be one or two.
  const isClear = allowed.every(each => typeof each === 'string' && !each.includes(','))
  return isClear && names.every(name => allowed.includes(name)) ? { kind: 'list', value: names } : undefined
}

function fromOther(value: unknown, wanted: ReadonlySet<string>): Proposal | undefined {
  if (value === null || Array.isArray(value)) return undefined
  if (wanted.has('string') && isPlain(value)) return { kind: 'text', value: String(value) }
  return wanted.has('array') ? { kind: 'list', value: [value] } : undefined
}

function fromValues(allowed: unknown, value: unknown): readonly Proposal[] {
  if (!Array.isArray(allowed) || (typeof value !== 'string' && !isPlain(value))) return []
  const text = String(value).trim().toLowerCase()
  const matching = allowed.filter(each => {
    const isScalar = typeof each === 'string' || typeof each === 'number' || typeof each === 'boolean'
    return isScalar && String(each).toLowerCase() === text
  })
  return matching.length === 1 ? [{ kind: 'enum', value: matching[0] }] : []
}

/** A decimal number that is the same after it has been read. */
function isExactNumber(text: string, wanted: ReadonlySet<string>): boolean {
  if (!/^-?(?:0|[1-9]\d{0,15})(?:\.\d{1,15})?$/.test(text)) return false
  const number = Number(text)
  return Number.isInteger(number) ? Number.isSafeInteger(number) : wanted.has('number')
}

/** Whether a number or boolean has only one way to be written. */
function isPlain(value: unknown): boolean {
  if (typeof value === 'boolean') return true
  if (typeof value !== 'number') return false
  return Number.isInteger(value) ? Number.isSafeInteger(value) : /^-?\d+\.\d+$/.test(String(value))
}
