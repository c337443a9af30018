import type { SchemeConfig } from '../../config/schema.ts'
import { PosternError } from '../../errors.ts'
import type { Authenticated, Principal } from '../principal.ts'
import { LONGEST_CREDENTIAL } from '../read-token.ts'
import type { PresentedHeaders, Scheme } from '../scheme.ts'
import type { VerifyCredential } from '../verify-with-product.ts'

export interface HeadersSchemeOptions {
  readonly config: Extract<SchemeConfig, { type: 'headers' }>
  readonly verify: VerifyCredential
  /** Whether a value is a token of Postern's own, minted or signed, which no product may ever see. */
  readonly isOwn: (token: string) => boolean
}

/** What a header value may hold besides control characters: printable ASCII and Latin-1 (RFC 9110 5.5). */
const VALUE = /^[\x20-\x7e\xa0-\xff]+$/

/** The product's own headers, such as `Email` and `Token`, verified by the product as they were presented. */
export function createHeadersScheme({ config, verify, isOwn }: HeadersSchemeOptions): Scheme {
  const subjectKey = config.subject?.toLowerCase()
  // In one order, so that the credential's id does not depend on the one in the configuration.
  const names = config.headers.toSorted((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1))

  return {
    type: 'headers',
    headers: config.headers,
    expects: `the header${config.headers.length > 1 ? 's' : ''} ${config.headers.join(' and ')}`,
    authenticate(presented, signal) {
      const headers: Record<string, string> = {}
      for (const name of names) headers[name.toLowerCase()] = readValue(name, presented)
      if (Object.values(headers).some(value => isOwn(value.replace(/^bearer +/i, '')))) return undefined
      Object.freeze(headers)
      const doubt = () => verify.doubt(headers)
      const accept = (principal: Principal): Authenticated => ({ principal, forwardable: headers, doubt })
      const claimed = subjectKey === undefined ? undefined : headers[subjectKey]
      const verified = verify({ headers, claimed }, signal)
      return verified instanceof Promise ? verified.then(accept) : accept(verified)
    },
  }
}

function readValue(name: string, presented: PresentedHeaders): string {
  const value = presented.get(name.toLowerCase()) ?? ''
  if (value.trim() === '') {
    refuse(`The header ${name} is empty. Is the variable that the client takes it from empty?`)
  }
  if (value.length > LONGEST_CREDENTIAL) refuse(`The header ${name} is too long to be a credential.`)
  // Space at the ends, which products drop, would make another credential of the same one: one that nobody revoked.
  if (!VALUE.test(value) || value !== value.trim())
    refuse(`The header ${name} holds characters that a header can’t have.`)
  // Two values that a proxy has joined: the product might read the other one than we do.
  if (value.includes(',')) {
    throw new PosternError('ambiguous_credentials', {
      message: `The header ${name} holds more than one value. Send exactly one.`,
    })
  }
  if (/\$\{|<.*>/.test(value)) {
    refuse(`The header ${name} holds a placeholder such as \${TOKEN} that was left unfilled.`)
  }
  return value
}

function refuse(message: string): never {
  throw new PosternError('invalid_token', { message })
}
