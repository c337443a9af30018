import { stemWord } from './stem-word.ts'
import { STOP_WORDS } from './stop-words.ts'

/**
 * The terms of a text, in order and with repetitions: split at everything that is no letter or digit and inside
 * `camelCase`, `snake_case` and `kebab-case`; lower case, without accents and stop words, without endings. Scripts that
 * are written without spaces become pairs of characters.
 *
 * The caller bounds the text's length: the time is linear in it.
 */
export function searchTerms(text: string): string[] {
  const terms: string[] = []
  const plain = isAscii(text) ? text : text.normalize('NFKD').replace(/\p{M}+/gu, '')
  const split = plain.replace(LOWER_UPPER, '$1 $2').replace(ACRONYM_WORD, '$1 $2').toLowerCase()
  for (const word of split.match(isAscii(split) ? ASCII_WORDS : WORDS) ?? []) {
    if (word.length > MAX_WORD || STOP_WORDS.has(word)) continue
    if (UNSPACED.test(word)) terms.push(...pairs(word))
    else terms.push(stemWord(word))
  }
  return terms
}

/** Longer ones are identifiers and encoded data, which nobody searches for. */
const MAX_WORD = 64
const LOWER_UPPER = /([\p{Ll}\d])(\p{Lu})/gu
/** `HTTPStatus` → HTTP Status; `listURLs` keeps its plural. */
const ACRONYM_WORD = /(\p{Lu})(\p{Lu}\p{Ll}(?!s?(?!\p{L})))/gu
const ASCII_WORDS = /[a-z0-9]+/g
const WORDS = /[\p{L}\p{N}]+/gu
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u

function isAscii(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII is meant
  return /^[\x00-\x7f]*$/.test(text)
}

function pairs(word: string): readonly string[] {
  const characters = [...word]
  return characters.length < 2
    ? characters
    : characters.slice(1).map((character, index) => `${characters[index]}${character}`)
}
