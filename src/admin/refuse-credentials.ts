import { PosternError } from '../errors.ts'

/** `header.payload.signature` in base64url, as every signed JWT begins. */
const JWT = /^eyJ[\w-]+\.[\w-]+\.[\w-]*$/
/** Shorter texts that begin so are names, like a prefix itself. */
const SHORTEST = 12

/**
 * Refuses a request that names a credential itself where an id belongs: what is asked for is written to the audit, and
 * kept in lists.
 *
 * @param prefixes - what credentials of this gateway start with
 * @throws PosternError `invalid_params`, which does not repeat it
 */
export function refuseCredentials(
  asked: Readonly<Record<string, unknown>>,
  prefixes: readonly string[],
): void {
  for (const [name, value] of Object.entries(asked)) {
    for (const text of Array.isArray(value) ? value : [value]) {
      if (typeof text !== 'string' || !isCredential(text, prefixes)) continue
      throw new PosternError('invalid_params', {
        message: `This can’t be done: ${name} is a credential itself. Send its id, as the audit and \`postern token list\` have it.`,
      })
    }
  }
}

function isCredential(text: string, prefixes: readonly string[]): boolean {
  const bare = text.replace(/^jti_/, '')
  if (JWT.test(bare)) return true
  return prefixes.some(prefix => bare.startsWith(prefix) && bare.length >= prefix.length + SHORTEST)
}
