import { randomBytes } from 'node:crypto'
import { PosternError } from '../errors.ts'
import type { OAuthPart, TokenRecord } from '../store/store.ts'
import { hashToken } from './hash-token.ts'

/** What a new token shall be. */
export interface MintTokenOptions {
  /** Start of the token, `acme_pat_`. */
  readonly prefix: string
  /** What its owner calls it: 1 to 64 characters, no control characters. */
  readonly name: string
  /** Who calls with it. */
  readonly subject: string
  readonly organization?: string
  readonly roles: readonly string[]
  /** At least one. */
  readonly scopes: readonly string[]
  /** Milliseconds since the epoch; undefined for a token that does not end. */
  readonly expiresAt?: number
  /** What an access token of the authorization server has besides, once its id and the token itself are known. */
  readonly oauth?: (id: string, token: string) => OAuthPart
}

/** A new token, and what the store keeps of it. */
export interface MintedToken {
  /** The credential: shown once, never stored. */
  readonly token: string
  readonly record: TokenRecord
}

const SECRET_BYTES = 24
/** Characters of the random part that lists show; 168 bits stay unknown. */
const HINT_LENGTH = 4
const LONGEST_FIELD = 256

/**
 * Makes a personal access token (its id begins with `tok_`) or an OAuth access token (`oat_`): the prefix and 192
 * random bits as base64url. Nothing is saved.
 *
 * @param now milliseconds since the epoch.
 * @throws PosternError `invalid_params` that names the field, if one is not valid.
 */
export function mintToken(options: MintTokenOptions, now: number): MintedToken {
  checkOptions(options, now)
  const { oauth } = options
  const secret = randomSecret()
  const token = options.prefix + secret
  const id = `${oauth === undefined ? 'tok' : 'oat'}_${randomBytes(12).toString('base64url')}`
  const record: TokenRecord = Object.freeze({
    id,
    name: options.name.trim(),
    hash: hashToken(token),
    hint: options.prefix + secret.slice(0, HINT_LENGTH),
    subject: options.subject,
    organization: options.organization,
    roles: Object.freeze([...new Set(options.roles)]),
    scopes: Object.freeze([...new Set(options.scopes)]),
    createdAt: now,
    expiresAt: options.expiresAt,
    lastUsedAt: undefined,
    revokedAt: undefined,
    sequence: 0,
    ...(oauth !== undefined && { oauth: Object.freeze(oauth(id, token)) }),
  })
  return { token, record }
}

/** The random part of every token, also the secret of a cookie: 192 bits, 32 characters of base64url. */
export function randomSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url')
}

/** Control characters, line separators, lone surrogates and what reverses the direction of text. */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u
/** As RFC 6749 3.3 has it. */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+$/
const PREFIX = /^[A-Za-z0-9_-]{1,32}$/

function checkOptions(options: MintTokenOptions, now: number): void {
  if (!PREFIX.test(options.prefix)) refuse('the prefix has 1 to 32 letters, digits, _ or -')
  if (!isText(options.name, 64)) refuse('the name has 1 to 64 characters and no control characters')
  if (!isText(options.subject, LONGEST_FIELD))
    refuse('the subject has 1 to 256 characters, none of them control')
  if (options.organization !== undefined && !isText(options.organization, LONGEST_FIELD)) {
    refuse('the organization has 1 to 256 characters, none of them control')
  }
  for (const role of options.roles) {
    if (!isText(role, LONGEST_FIELD)) refuse('a role has 1 to 256 characters, none of them control')
  }
  if (options.scopes.length === 0) refuse('at least one scope is needed, for example read:*')
  for (const scope of options.scopes) {
    if (scope.length > LONGEST_FIELD || !SCOPE.test(scope)) {
      refuse('a scope has no spaces, quotes or backslashes; give several scopes one by one')
    }
  }
  const { expiresAt } = options
  if (expiresAt !== undefined && !(Number.isSafeInteger(expiresAt) && expiresAt > now)) {
    refuse('the expiry must be a time in the future')
  }
}

function isText(value: string, longest: number): boolean {
  const trimmed = value.trim()
  return trimmed.length > 0 && [...trimmed].length <= longest && !UNPRINTABLE.test(value)
}

function refuse(reason: string): never {
  throw new PosternError('invalid_params', { message: `This token can’t be made: ${reason}.` })
}
