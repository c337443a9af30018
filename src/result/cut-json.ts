import {
  CLOSE_LIST,
  CLOSE_OBJECT,
  COLON,
  COMMA,
  endOfString,
  endOfValue,
  OPEN_LIST,
  OPEN_OBJECT,
  QUOTE,
  skipTo,
} from './scan-json.ts'

/** One place where something was left out. */
export interface Cut {
  /** Names of members and positions of items, as the JSON text writes them; empty for the whole answer. */
  readonly path: readonly string[]
  readonly unit: 'items' | 'members' | 'characters' | 'lines'
  readonly kept: number
  readonly total: number
}

/**
 * Cuts a JSON text to a length and keeps it JSON of the same shape: lists lose items at their end, long strings
 * their end (and get a `…`), objects keep their members and share the room among the large ones; only an object
 * of more members than there is room for loses some. Deterministic. Works on the text, so that numbers and keys
 * stay as they were; time is proportional to the text's length.
 *
 * @param text - valid JSON
 * @param limit - characters of the result; exceeded only by what can't be made smaller than a few characters
 */
export function cutJson(text: string, limit: number): { text: string; cuts: readonly Cut[] } {
  const cuts: Cut[] = []
  const start = skipTo(text, 0)
  const value = { text, start, end: endOfValue(text, start), path: [], cuts }
  return { text: fit(value, limit), cuts }
}

/** A value within the text, on its way to being cut. */
interface Value {
  readonly text: string
  readonly start: number
  readonly end: number
  readonly path: readonly string[]
  readonly cuts: Cut[]
}

/** Deeper than this, what does not fit becomes empty: each level is read once more. */
const DEEPEST = 16
/** What a member gets at least before others lose theirs. */
const SMALL = 32

function fit(value: Value, room: number): string {
  const { text, start, end } = value
  if (end - start <= room) return text.slice(start, end)
  const first = text.charCodeAt(start)
  if (first === QUOTE) return cutString(value, room)
  const isDeep = value.path.length >= DEEPEST
  if (first === OPEN_LIST) return isDeep ? '[]' : cutList(value, room)
  if (first === OPEN_OBJECT) return isDeep ? '{}' : cutObject(value, room)
  value.cuts.push({ path: value.path, unit: 'characters', kept: 0, total: end - start })
  return 'null'
}

/** Never within an escape sequence or a pair of surrogates. */
function cutString({ text, start, end, path, cuts }: Value, room: number): string {
  const stop = start + 1 + Math.max(0, Math.floor(room) - 3)
  let at = start + 1
  while (at < stop) {
    const next = at + lengthOfCharacter(text, at)
    if (next > stop) break
    at = next
  }
  cuts.push({ path, unit: 'characters', kept: at - start - 1, total: end - start - 2 })
  return `${text.slice(start, at)}…"`
}

function lengthOfCharacter(text: string, at: number): number {
  const code = text.charCodeAt(at)
  if (code >= 0xd800 && code <= 0xdbff) return 2
  if (code !== 0x5c) return 1
  if (text.charCodeAt(at + 1) !== 0x75) return 2
  return /^d[89ab]/i.test(text.slice(at + 2, at + 4)) ? 12 : 6
}

/**
 * Items from the start, whole, as long as they fit. One that is large beside the room is cut and not left out:
 * the others would all go with it.
 */
function cutList(value: Value, room: number): string {
  const { text, start, path, cuts } = value
  const kept: string[] = []
  let used = 2
  let total = 0
  let isFull = false
  for (let at = skipTo(text, start + 1); text.charCodeAt(at) !== CLOSE_LIST && at < value.end; total++) {
    const end = endOfValue(text, at)
    const next = skipTo(text, end, COMMA)
    const left = room - used - 1
    if (!isFull && end - at > left) {
      isFull = end - at <= room / 4 || left < room / 8
      const item = { text, start: at, end, path: [...path, String(total)], cuts }
      const share = text.charCodeAt(next) === CLOSE_LIST ? left : left / 2
      if (!isFull) used += add(kept, fit(item, share))
    } else if (!isFull) used += add(kept, text.slice(at, end))
    at = next
  }
  if (kept.length < total) cuts.push({ path, unit: 'items', kept: kept.length, total })
  return `[${kept.join(',')}]`
}

function add(kept: string[], item: string): number {
  kept.push(item)
  return item.length + 1
}

interface Member {
  /** The key with its quotes, as the text has it. */
  readonly key: string
  readonly start: number
  readonly end: number
}

function cutObject(value: Value, room: number): string {
  const { text, path, cuts } = value
  const { members, total } = membersThatFit(value, room)
  if (members.length < total) cuts.push({ path, unit: 'members', kept: members.length, total })
  const overhead = members.reduce((sum, { key }) => sum + key.length + 2, 2)
  const share = fairShare(
    members.map(({ start, end }) => end - start),
    room - overhead,
  )
  const kept = members.map(({ key, start, end }) => {
    const inner = { text, start, end, path: [...path, key.slice(1, -1)], cuts }
    return `${key}:${fit(inner, share)}`
  })
  return `{${kept.join(',')}}`
}

/** The members that have room for their key and a little of their value each. */
function membersThatFit({ text, start, end }: Value, room: number): { members: Member[]; total: number } {
  const members: Member[] = []
  let used = 2
  let total = 0
  for (let at = skipTo(text, start + 1); text.charCodeAt(at) !== CLOSE_OBJECT && at < end; total++) {
    const keyEnd = endOfString(text, at)
    const valueStart = skipTo(text, keyEnd, COLON)
    const valueEnd = endOfValue(text, valueStart)
    const cost = keyEnd - at + 2 + Math.min(valueEnd - valueStart, SMALL)
    if (used + cost <= room) {
      members.push({ key: text.slice(at, keyEnd), start: valueStart, end: valueEnd })
      used += cost
    }
    at = skipTo(text, valueEnd, COMMA)
  }
  return { members, total }
}

/** The largest size to which all may grow so that together they fit: small ones keep theirs, large ones share. */
function fairShare(sizes: readonly number[], room: number): number {
  const ascending = sizes.toSorted((a, b) => a - b)
  let left = room
  for (const [index, size] of ascending.entries()) {
    const share = left / (ascending.length - index)
    if (size > share) return share
    left -= size
  }
  return room
}
