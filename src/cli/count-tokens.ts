/** Letters, marks or spaces in one run that is longer than any word; the tokenizer's time grows with its square. */
const LONG_RUN = /[\p{L}\p{M}]{400}|[^\p{L}\p{M}\p{N}\s]{400}|\s{400}/gu

/** How many tokens a text is to a model. */
export type CountTokens = (text: string) => number

/**
 * Loads the tokenizer `o200k_base` (OpenAI's models from GPT-4o on; other vendors' count much the same), which
 * takes a fifth of a second and 30 MB: only commands that count ask for it.
 */
export async function loadTokenCounter(): Promise<CountTokens> {
  const { countTokens } = await import('gpt-tokenizer/encoding/o200k_base')
  // What looks like a control token is text here, and must not end the count.
  const asText = { disallowedSpecial: new Set<string>() }
  return text => {
    let sum = 0
    let start = 0
    for (const { index, 0: run } of text.matchAll(LONG_RUN)) {
      sum += countTokens(text.slice(start, index + run.length), asText)
      start = index + run.length
    }
    return sum + countTokens(text.slice(start), asText)
  }
}
