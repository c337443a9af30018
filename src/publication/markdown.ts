/**
 * Words of others in Markdown. Titles and descriptions come from OpenAPI documents and configurations; whatever they
 * hold, they stay words: no heading, list, table, link, image, HTML or code of theirs begins, and none of ours ends
 * (CommonMark 0.31 section 2.4; GFM adds tables, `~` and bare links). Pure.
 */
import { plainText } from '../catalogue/naming/plain-text.ts'
import { visibleText } from '../catalogue/naming/visible-text.ts'

/** Longest text of one tool or argument, in characters. */
const LONGEST = 8_000

/** A text as one line, for a heading, a list or a sentence; at most `limit` characters before it is escaped. */
export function inline(text: string, limit = LONGEST): string {
  return escapeStart(escapeWithin(plainText(text, limit)))
}

/** A text with its lines, as one paragraph or several. */
export function block(text: string): string {
  return visibleText(text.slice(0, LONGEST))
    .split('\n')
    .map(line => escapeStart(escapeWithin(line.trim().replace(/\s+/g, ' '))))
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
}

/** A text as code, exactly but for line breaks and what nobody sees (CommonMark section 6.1). */
export function code(text: string): string {
  const line = visibleText(text.slice(0, LONGEST)).replace(/\s+/g, ' ')
  if (line === '') return '` `'
  const longest = Math.max(0, ...(line.match(/`+/g) ?? []).map(run => run.length))
  const fence = '`'.repeat(longest + 1)
  const pad = line.startsWith('`') || line.endsWith('`') ? ' ' : ''
  return fence + pad + line + pad + fence
}

/** A link; the text is escaped, and of the URL what would end it is percent-encoded. */
export function link(text: string, url: string): string {
  return `[${inline(text)}](${url.replace(/[\s()<>\\[\]]/g, encoded)})`
}

function encoded(character: string): string {
  return `%${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(2, '0')}`
}

/** What an author marks as code stays code; all else is words. */
function escapeWithin(line: string): string {
  return line
    .split(/((?<!`)`[^`]+`(?!`))/)
    .map((part, index) => (index % 2 === 1 ? code(part.slice(1, -1)) : escapeWords(part)))
    .join('')
}

function escapeWords(words: string): string {
  return (
    words
      .replace(/[\\`*[\]<>|~]/g, '\\$&')
      // Within words they mean nothing, and tools' names are full of them.
      .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\_')
      .replace(/&(?=#?\w+;)/g, '\\&')
      // Bare addresses become links where GFM is read.
      .replace(/:(?=\/\/)/g, '\\:')
      .replace(/\b(www)\./gi, '$1\\.')
  )
}

/** What makes a line a heading, a list, a rule, or the underline of a heading or of the head of a table. */
function escapeStart(line: string): string {
  return line.replace(/^(?=[#+=:-])/, '\\').replace(/^(\d{1,9})(?=[.)])/, '$1\\')
}
