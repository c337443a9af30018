import { plainText } from '../naming/plain-text.ts'
import type { JsonObject } from '../tool.ts'

const MAX_EXAMPLE = 60

/**
 * A schema's description with the remarks that no keyword makes, within a length; undefined where there is
 * nothing to say. Remarks that the text makes already are left out, and none is cut.
 */
export function describeSchema(
  plain: JsonObject,
  notes: readonly string[],
  longest: number,
): string | undefined {
  const text = typeof plain.description === 'string' ? plain.description : ''
  const all = plain.deprecated === true && !/deprecated/i.test(text) ? ['Deprecated.', ...notes] : notes
  const remarks = all.filter(note => !text.includes(note)).join(' ')
  const room = Math.max(40, longest - remarks.length)
  const said = text.length > room ? plainText(text, room) : text
  if (remarks === '') return said === '' ? undefined : said
  if (said === '') return remarks
  return `${said}${/[.!?…:;]$/.test(said) ? '' : '.'} ${remarks}`
}

/** The example as a remark, where it is short and says more than the rest. */
export function exampleNote(plain: JsonObject): string | undefined {
  if (!Array.isArray(plain.examples) || plain.examples.length === 0 || plain.enum !== undefined)
    return undefined
  const [example] = plain.examples
  const shown = JSON.stringify(example)
  if (example === plain.default || example === '' || shown === undefined || shown.length > MAX_EXAMPLE) {
    return undefined
  }
  const bare = typeof example === 'string' ? example : shown
  return String(plain.description ?? '').includes(bare) ? undefined : `E.g. ${shown}`
}
