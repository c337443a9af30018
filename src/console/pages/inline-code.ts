import { type Markup, markup } from './markup.ts'

/** A sentence in which code stands between backticks, as the guides are written, for a page. */
export function inlineCode(text: string): Markup {
  const parts = text.split('`')
  // A backtick without its pair is a character like others.
  if (parts.length % 2 === 0) return markup`${text}`
  return markup`${parts.map((part, index) => (index % 2 === 0 ? part : markup`<code>${part}</code>`))}`
}
