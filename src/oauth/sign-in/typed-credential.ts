import { LONGEST_CREDENTIAL } from '../../auth/read-token.ts'
import type { PageWay } from '../../console/pages/page-data.ts'
import { oauthError } from '../oauth-error.ts'
import type { Parameters } from '../read-parameters.ts'
import type { ProductSignIn } from './verify-credential.ts'

/** What somebody has typed as their credential of the product. */
export interface TypedCredential {
  /** As the product gets it, lower-case names. Never logged. */
  readonly headers: Readonly<Record<string, string>>
  /** Who they say they are; undefined where no field says so. */
  readonly claimed: string | undefined
}

/** What is typed for this way: a field for each header. */
export function fieldsOf(way: ProductSignIn, claimed?: string): PageWay['fields'] {
  return way.headers.map((header, index) => {
    const isSubject = header.toLowerCase() === way.subject?.toLowerCase()
    const label = labelOf(way, index)
    if (!isSubject) return { label, secret: true }
    return {
      label,
      secret: false,
      value: claimed,
      autocomplete: /e-?mail/i.test(header + label) ? 'email' : 'username',
    }
  })
}

/** Who somebody claims to be, to be shown to them again; whatever else they typed is not. */
export function claimedIn(way: ProductSignIn, form: Parameters): string | undefined {
  const index = way.headers.findIndex(header => header.toLowerCase() === way.subject?.toLowerCase())
  return index < 0 ? undefined : form.get(`field${index}`)?.trim()
}

/**
 * The headers that what was typed stands for.
 *
 * Printable ASCII only: nothing else is safe in a header, and no line break gets into one.
 *
 * @param isMinted - whether a value is a token of Postern's own, which no product may ever see
 * @throws PosternError `oauth_invalid_request`; it never says what was typed
 */
export function readTyped(
  way: ProductSignIn,
  form: Parameters,
  isMinted: (token: string) => boolean,
): TypedCredential {
  const pairs = way.headers.map((header, index) => {
    const value = readField(labelOf(way, index), form.get(`field${index}`) ?? '', isMinted)
    const name = header.toLowerCase()
    return [name, name === 'authorization' ? bearer(labelOf(way, index), value) : value] as const
  })
  // In one order, so that the credential's id does not depend on the one in the configuration.
  const headers = Object.fromEntries(pairs.toSorted(([a], [b]) => (a < b ? -1 : 1)))
  return { headers, claimed: claimedIn(way, form) }
}

function labelOf({ headers, labels }: ProductSignIn, index: number): string {
  const header = headers[index] ?? ''
  return labels?.[index] ?? (header.toLowerCase() === 'authorization' ? 'Token' : header)
}

function readField(label: string, typed: string, isMinted: (token: string) => boolean): string {
  // What is copied often brings a line break along.
  const value = typed.trim()
  if (value === '') throw refuse(`${label} is empty. Fill it in.`)
  if (value.length > LONGEST_CREDENTIAL) throw refuse(`${label} is too long to be a credential.`)
  if (!/^[\x20-\x7e]+$/.test(value) || value.includes(',')) {
    throw refuse(
      `${label} holds characters that no credential has. Copy it again, whole and without anything else.`,
    )
  }
  if (isMinted(value.replace(/^bearer +/i, ''))) {
    throw refuse(`${label} is a token of this gateway. Here, the product’s own is asked for.`)
  }
  return value
}

/** RFC 6750 section 2.1; some people copy the word along. */
function bearer(label: string, value: string): string {
  const token = value.replace(/^bearer +/i, '')
  if (token.includes(' '))
    throw refuse(`${label} holds a space. Copy it again, whole and without anything else.`)
  return `Bearer ${token}`
}

function refuse(message: string) {
  return oauthError('oauth_invalid_request', message)
}
