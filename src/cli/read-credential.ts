import { PosternError } from '../errors.ts'

/** Longest value, in characters; what is longer fits no request. */
const LONGEST = 8_192

/**
 * Reads the headers of a credential from text, a line `Name: value` for each.
 *
 * @param names - the headers that it must have, all of them and no other; case does not matter
 * @returns values by lower-case names
 * @throws PosternError `invalid_params` that says what is wrong and shows no value
 */
export function readCredential(text: string, names: readonly string[]): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {}
  for (const line of text.split(/\r?\n/).filter(each => each.trim() !== '')) {
    const colon = line.indexOf(':')
    const name = names.find(
      each => each.toLowerCase() === line.slice(0, Math.max(colon, 0)).trim().toLowerCase(),
    )
    if (name === undefined) throw refusal('a line of standard input is none of its headers', names)
    const key = name.toLowerCase()
    if (Object.hasOwn(headers, key)) throw refusal(`${name} is there twice`, names)
    headers[key] = line.slice(colon + 1).trim()
    const mistake = mistakeOf(headers[key])
    if (mistake !== undefined) throw refusal(`the value of ${name} ${mistake}`, names)
  }
  const missing = names.find(name => !Object.hasOwn(headers, name.toLowerCase()))
  if (missing !== undefined) throw refusal(`${missing} is missing`, names)
  return headers
}

function mistakeOf(value: string): string | undefined {
  if (value === '') return 'is empty'
  if (value.length > LONGEST) return `is longer than ${LONGEST} characters`
  if (!/^[\x20-\x7e]+$/.test(value)) return 'has characters that a header can’t hold'
  if (/^(?:bearer|basic|token|apikey)$/i.test(value)) return 'is a scheme’s name, and no credential follows'
  return /\$\{|<.*>/.test(value) ? 'is a placeholder that was left unfilled' : undefined
}

function refusal(reason: string, names: readonly string[]): PosternError {
  const example = names.map(name =>
    name.toLowerCase() === 'authorization' ? `${name}: Bearer …` : `${name}: …`,
  )
  return new PosternError('invalid_params', {
    message: `This is not the credential: ${reason}. Write to standard input: ${example.join(', and on the next line ')}.`,
  })
}
