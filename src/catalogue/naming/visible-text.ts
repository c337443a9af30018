/** What nobody sees: format, private and unassigned characters, tags, fillers, variation selectors. */
export const INVISIBLE = /[\p{Cf}\p{Co}\p{Cn}\p{DI}]/gu

/**
 * An author's text as it is, but for what a person who reviews it would not see (and a model would read): invisible
 * characters, those that turn the direction of text, control characters other than line breaks.
 */
export function visibleText(text: string): string {
  return text
    .replace(/\r\n?|[\p{Zl}\p{Zp}]/gu, '\n')
    .replace(INVISIBLE, '')
    .replace(/(?!\n)\p{Cc}/gu, ' ')
    .toWellFormed()
    .trim()
}

/** Whether a text has characters that nobody sees. */
export function hasInvisible(text: string): boolean {
  return /[^\0-\x7f]/.test(text) && text.search(INVISIBLE) !== -1
}
