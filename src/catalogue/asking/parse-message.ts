import type { TextTemplate } from '../../config/text-template.ts'

/** Takes the text of a message apart at its places, `{name}`. Braces that enclose nothing are text. */
export function parseMessage(text: string): TextTemplate {
  const parts = text.split(/\{([^{}]+)\}/)
  return Object.freeze(
    parts.flatMap((part, index) => {
      if (index % 2 === 1) return Object.freeze({ argument: part })
      return part === '' ? [] : part
    }),
  )
}
