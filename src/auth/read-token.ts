import { PosternError } from '../errors.ts'

/** Longest credential header that is looked at, in characters. */
export const LONGEST_CREDENTIAL = 4_096
/** The same where the header may carry a JWT, which lists what its owner may do. */
export const LONGEST_JWT = 16_384

/** Printable ASCII as tokens use it; no space, comma, quote, backslash, bracket or brace. */
const TOKEN = /^[\x21\x23-\x2b\x2d-\x3b\x3d\x3f-\x5b\x5d-\x7a\x7c\x7e]+$/

/**
 * The token in a header's value: after `Bearer` (any case, one or more spaces) in `Authorization`
 * (RFC 6750 2.1), the whole value in any other header.
 *
 * Takes more than RFC 6750's token68, because products do (`1|abc…`).
 *
 * @param longest most characters of the value, in a header that may carry more than the usual.
 * @throws PosternError `invalid_token` for what is no token, `ambiguous_credentials` for two that a proxy has
 * joined with a comma.
 */
export function readToken(header: string, value: string, longest = LONGEST_CREDENTIAL): string {
  if (value.length > longest) refuse(`The header ${header} is too long to be a credential.`)
  const token = header.toLowerCase() === 'authorization' ? afterBearer(value) : value
  if (TOKEN.test(token)) return token
  if (token.length === 0) {
    refuse(`The header ${header} holds no token. Is the variable that the client takes it from empty?`)
  }
  if (token.includes(',')) {
    throw new PosternError('ambiguous_credentials', {
      message: `The header ${header} holds more than one value. Send exactly one token.`,
    })
  }
  refuse(
    `The header ${header} holds characters that no token has. Was a placeholder such as \${TOKEN} left unfilled?`,
  )
}

function afterBearer(value: string): string {
  const match = /^bearer(?: +|$)/i.exec(value)
  if (match === null) refuse('The header Authorization must read `Bearer`, a space and the token.')
  return value.slice(match[0].length)
}

function refuse(message: string): never {
  throw new PosternError('invalid_token', { message })
}
