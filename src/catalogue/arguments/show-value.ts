import { isJsonObject } from '../is-json-object.ts'

const MAX_RECEIVED = 100
const MAX_LISTED = 20
const MAX_LIST_TEXT = 300

/** Instead of a value that must not come back, or that was never looked at. */
export const NOT_SHOWN = 'a value that is not shown here'

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
