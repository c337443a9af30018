import { html } from 'ghtml'
import { INVISIBLE } from '../../catalogue/naming/visible-text.ts'

/** A piece of a page. Only {@link markup} makes one, so a text can't be taken for it. */
export class Markup {
  readonly #text: string

  /** @param text - HTML, every text of strangers in it escaped */
  constructor(text: string) {
    this.#text = text
  }

  /** As HTML. */
  toString(): string {
    return this.#text
  }
}

/** What may stand in a template. */
export type Content = string | number | Markup | undefined | readonly (string | Markup | undefined)[]

/**
 * A template of HTML. Pieces of it stay what they are; any other value is escaped, for text and for quoted attributes
 * (never for scripts, styles or URLs of strangers), and loses what a reader would not see or what turns the direction
 * of text around it. Undefined is nothing.
 */
export function markup(literals: TemplateStringsArray, ...values: readonly Content[]): Markup {
  return new Markup(
    literals.reduce((before, literal, index) => before + written(values[index - 1]) + literal),
  )
}

function written(content: Content): string {
  if (content instanceof Markup) return content.toString()
  if (typeof content === 'object') return content.map(written).join('')
  return content === undefined ? '' : html`${shown(String(content))}`
}

function shown(text: string): string {
  return text
    .replace(INVISIBLE, '')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ')
    .toWellFormed()
}
