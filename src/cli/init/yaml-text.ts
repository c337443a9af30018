/** Words that YAML 1.1 or 1.2 readers take for something other than a string. */
const RESERVED = /^(?:y|n|yes|no|on|off|true|false|null|inf|nan)$/i
const PLAIN = /^[A-Za-z/](?:[\w ./@*-]*[\w/*])?$/
const URL_LIKE = /^https?:\/\/[\w.:/~-]*[\w/]$/

/**
 * A string as a YAML scalar that is safe in block and flow style: plain where nothing in it means anything, else
 * double-quoted. `${` is written so that the environment is not put in its place.
 */
export function yamlString(text: string): string {
  if ((PLAIN.test(text) && !RESERVED.test(text)) || URL_LIKE.test(text)) return text
  const quoted = JSON.stringify(text.replaceAll('${', () => '$${'))
  // What JSON leaves as it is, but YAML takes for a line break, or a person can't see.
  return quoted.replace(/[\u007f-\u009f\u2028\u2029\ufeff]/g, escaped)
}

/** Text of a document as part of a comment: one line, nothing invisible, at most `limit` characters. */
export function commentText(text: string, limit = 100): string {
  const line = text.replace(/[\p{C}\p{Z}\s]+/gu, ' ').trim()
  const characters = [...line]
  return characters.length > limit ? `${characters.slice(0, limit - 1).join('')}…` : line
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
