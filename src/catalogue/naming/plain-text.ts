import { INVISIBLE } from './visible-text.ts'

/**
 * A document's text as one plain paragraph: no markup, no control or invisible characters (which could hide
 * instructions from a person's eye), no runs of white space, at most `limit` characters, cut at a word.
 */
export function plainText(text: unknown, limit: number): string {
  if (typeof text !== 'string') return ''
  // Far more than any limit, so that a huge text costs nothing.
  const plain = visible(withoutMarkup(text.slice(0, limit * 8)))
  if (plain.length <= limit) return plain
  const cut = plain.slice(0, limit - 1)
  const word = cut.lastIndexOf(' ')
  return `${(word > limit / 2 ? cut.slice(0, word) : cut).toWellFormed()}…`
}

/** Each of these costs, and few texts have any; catalogues are made of tens of thousands of texts. */
function withoutMarkup(text: string): string {
  if (!/[<[#]|[*_]{2}/.test(text)) return text
  return text
    .replace(/<\/?[A-Za-z][^<>]{0,200}>/g, ' ')
    .replace(/!?\[([^[\]]{1,200})\]\([^()\s]{0,500}\)/g, '$1')
    .replace(/[*_]{2}([^*_]{1,200})[*_]{2}/g, '$1')
    .replace(/^#{1,6} /gm, '')
}

function visible(text: string): string {
  // Of ASCII, only control characters are not to be seen.
  if (!/[^\0-\x7f]/.test(text)) {
    return (/[^ -~]| {2}/.test(text) ? text.replace(/[\0-\x20\x7f]+/g, ' ') : text).trim()
  }
  return text
    .replace(INVISIBLE, '')
    .replace(/[\s\p{Cc}\p{Z}]+/gu, ' ')
    .toWellFormed()
    .trim()
}
