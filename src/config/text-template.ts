/** A text with places for arguments: literals, and the names of arguments. */
export type TextTemplate = readonly (string | { readonly argument: string })[]

/**
 * Cuts a text at its placeholders, `Review {{invoice_id}}`. White space inside the braces does not count; whatever
 * else is between two pairs of braces is text.
 */
export function readTextTemplate(text: string): TextTemplate {
  return Object.freeze(
    text.split(PLACEHOLDER).flatMap((piece, index) => {
      if (index % 2 === 1) return { argument: piece }
      return piece === '' ? [] : piece
    }),
  )
}

/**
 * Fills in a text. Values are plain text and are put in once: what reads like a placeholder in one stays as it is.
 *
 * @param encode - what is done to each value
 */
export function fillIn(
  template: TextTemplate,
  values: ReadonlyMap<string, string>,
  encode: (value: string) => string = value => value,
): string {
  let text = ''
  for (const piece of template)
    text += typeof piece === 'string' ? piece : encode(values.get(piece.argument) ?? '')
  return text
}

/** Names of the arguments that a text has places for. */
export function placeholdersIn(template: TextTemplate): readonly string[] {
  return template.flatMap(piece => (typeof piece === 'string' ? [] : piece.argument))
}

const PLACEHOLDER = /\{\{\s*([A-Za-z0-9_.-]{1,64})\s*\}\}/
