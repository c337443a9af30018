import type { JsonObject } from '../tool.ts'
import type { ClientLimits } from './client-limits.ts'

/** What one schema becomes: its keywords, and remarks for its description where no keyword may say it. */
export interface Rendering {
  readonly keywords: JsonObject
  readonly notes: string[]
}

/** Longest list of values that is advertised; of longer ones, the first few stand in the description. */
const MAX_VALUES = 64
const MAX_SHOWN = 8
const MAX_SAID = 60
const LOOKAROUND = /\(\?<?[=!]/
/** What to say of a format where its keyword may not be there; other formats are noise to a model. */
const FORMATS: Readonly<Record<string, string>> = {
  date: 'YYYY-MM-DD',
  'date-time': 'date-time, 2026-01-31T12:00:00Z',
  time: 'time, 12:00:00Z',
  duration: 'ISO 8601 duration, P1D',
  email: 'e-mail address',
  uri: 'URL',
  url: 'URL',
  uuid: 'UUID',
  hostname: 'host name',
  ipv4: 'IPv4 address',
  ipv6: 'IPv6 address',
}

/** Writes what a plain schema says of a text, number or boolean within a client's limits. */
export function renderScalar(plain: JsonObject, type: string, limits: ClientLimits): Rendering {
  const rendering: Rendering = { keywords: {}, notes: [] }
  renderValues(plain, type, limits, rendering)
  if (type === 'string') renderText(plain, limits, rendering)
  else if (type !== 'boolean') renderNumber(plain, type, limits, rendering)
  return rendering
}

function renderValues(plain: JsonObject, type: string, limits: ClientLimits, { keywords, notes }: Rendering) {
  if (!Array.isArray(plain.enum)) return
  const values = [
    ...new Set(plain.enum.filter(value => typeof value === (type === 'integer' ? 'number' : type))),
  ]
  if (values.length === 0) return
  const isListed = values.length <= MAX_VALUES && (limits.anyEnums || type === 'string')
  if (isListed) keywords.enum = values
  else {
    const shown = values
      .slice(0, type === 'string' ? MAX_SHOWN : 2 * MAX_SHOWN)
      .map(value => JSON.stringify(value))
    const more = values.length > shown.length ? `, … (${values.length} values)` : ''
    notes.push(values.length === 1 ? `Always ${shown[0]}.` : `One of ${shown.join(', ')}${more}.`)
  }
}

function renderText(plain: JsonObject, limits: ClientLimits, { keywords, notes }: Rendering): void {
  const { format, pattern } = plain
  if (keywords.enum !== undefined) return
  if (typeof format === 'string') {
    if (limits.formats === 'any' ? Object.hasOwn(FORMATS, format) : limits.formats.has(format)) {
      keywords.format = format
    } else if (Object.hasOwn(FORMATS, format)) notes.push(`Format: ${FORMATS[format]}.`)
  }
  if (typeof pattern === 'string') {
    const isTaken =
      (limits.lookaround || !LOOKAROUND.test(pattern)) && (limits.loosePatterns || isAnchored(pattern))
    if (isTaken) keywords.pattern = pattern
    else if (pattern.length <= MAX_SAID) notes.push(`Matches ${pattern}`)
  }
  copy(plain, keywords, ['minLength', 'maxLength'])
}

/** Whether a pattern begins and ends with an anchor, which is all that is asked for. */
function isAnchored(pattern: string): boolean {
  return /^\^.*(?<!\\)\$$/s.test(pattern)
}

function renderNumber(
  plain: JsonObject,
  type: string,
  limits: ClientLimits,
  { keywords, notes }: Rendering,
): void {
  copy(plain, keywords, ['minimum', 'maximum'])
  for (const [exclusive, inclusive, step] of [
    ['exclusiveMinimum', 'minimum', 1],
    ['exclusiveMaximum', 'maximum', -1],
  ] as const) {
    const bound = plain[exclusive]
    if (typeof bound !== 'number') continue
    if (limits.rareKeywords) keywords[exclusive] = bound
    else if (type === 'integer') keywords[inclusive] = Math.trunc(bound) + step
    else notes.push(`${step > 0 ? 'Greater' : 'Less'} than ${bound}.`)
  }
  if (typeof plain.multipleOf !== 'number') return
  if (limits.rareKeywords) keywords.multipleOf = plain.multipleOf
  else notes.push(`A multiple of ${plain.multipleOf}.`)
}

/** Copies keywords whose value is a number that JSON can hold exactly; others only confuse. */
export function copy(from: JsonObject, to: JsonObject, keywords: readonly string[]): void {
  for (const keyword of keywords) {
    const value = from[keyword]
    if (typeof value === 'number' && Math.abs(value) <= Number.MAX_SAFE_INTEGER) to[keyword] = value
  }
}
