import { isJsonObject } from '../catalogue/is-json-object.ts'
import { INVISIBLE } from '../catalogue/naming/visible-text.ts'

/**
 * An argument's value as one short piece of a line that a person reads before saying yes. The value is anybody's, and
 * clients show messages as text or as Markdown: it stays within its quotation marks and on its line, draws nothing,
 * leads nowhere, and hides nothing. Secrets are left out.
 *
 * @param isSensitive - of a path that begins with the argument's name
 */
export function showValue(
  value: unknown,
  path: readonly string[],
  isSensitive: (path: readonly string[]) => boolean,
): string {
  if (isSensitive(path)) return '(not shown)'
  if (typeof value === 'string') return `“${harmless(value)}”`
  if (typeof value !== 'object' || value === null) return String(value)
  if (path.length > DEEPEST) return '…'
  const items = Array.isArray(value)
    ? value.slice(0, MOST).map(item => showValue(item, [...path, '*'], isSensitive))
    : Object.entries(value)
        .slice(0, MOST)
        .map(([name, member]) => `${showName(name)}: ${showValue(member, [...path, name], isSensitive)}`)
  const count = isJsonObject(value) ? Object.keys(value).length : [value].flat().length
  const more = count > items.length ? [`${count - items.length} more`] : []
  return `(${cut([...items, ...more].join(', '), LONGEST_LIST)})`
}

/** Where the caller names members, a name could read like several, and be out of its brackets. */
function showName(name: string): string {
  return PLAIN_NAME.test(name) ? name : `“${harmless(name)}”`
}

const LONGEST = 100
const LONGEST_LIST = 400
const DEEPEST = 3
const MOST = 8

const PLAIN_NAME = /^\w(?:[\w .-]{0,62}\w)?$/

/** More than any script stacks; others would be drawn over the lines around them. */
const PILES = /(\p{M}{4})\p{M}+/gu

/** What Markdown would draw or link, and the quotation marks that end a value. */
const MARKS = /[\\`*[\]<>|~]/g

function harmless(text: string): string {
  const plain = text
    .slice(0, LONGEST * 8)
    .replace(INVISIBLE, '')
    .replace(PILES, '$1')
    .replace(/[\s\p{Cc}\p{Z}]+/gu, ' ')
    .toWellFormed()
    .trim()
  return cut(plain, LONGEST, text.length > LONGEST * 8)
    .replace(/[“”„‟"]/g, '’')
    .replace(MARKS, mark => `\\${mark}`)
    .replaceAll('://', ':\\//')
    .replace(/www\./gi, found => `${found.slice(0, 3)}\\.`)
}

function cut(text: string, length: number, isCut = false): string {
  if (text.length <= length && !isCut) return text
  return `${text.slice(0, length).toWellFormed()}…`
}
