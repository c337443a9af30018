import { ERRORS, type ErrorCode, type PosternError } from '../errors.ts'

/** What a product calls an error, and what it says about it. */
export interface ErrorName {
  /** The product's own code, printable ASCII. */
  readonly code: string
  /** Replaces the public message; undefined keeps ours. Shown as it is, nothing is filled in. */
  readonly message?: string | undefined
}

/**
 * Codes that a product can rename: those of `errors.ts` that clients see, and two finer words for `invalid_token`.
 * Codes of the authorization server are left out: RFC 6749 says what they are called.
 */
export type NameableCode =
  | Exclude<ErrorCode, `oauth_${string}` | 'configuration_invalid' | 'document_invalid'>
  | FinerCode

/** A credential, or what it belongs to, that was good: and was revoked, or has ended. */
export type FinerCode = 'revoked' | 'expired'

/** Our codes → the product's names. */
export type ErrorNames = Readonly<Partial<Record<NameableCode, ErrorName | undefined>>>

/** How an error is shown to a caller. */
export interface NamedError {
  /** The product's code where there is one, else ours. */
  readonly code: string
  /** Our own code, where `code` is the product's: `docs/errors.md` explains it. */
  readonly reason?: string
  readonly message: string
}

const FINER: Readonly<Record<FinerCode, string>> = {
  revoked: 'The credential, its client, its connection or its owner was good and was revoked.',
  expired: 'The credential was good and has ended.',
}

/** Every {@link NameableCode} with what it says. */
export const NAMEABLE_CODES: readonly (readonly [code: NameableCode, meaning: string])[] = [
  ...Object.entries(ERRORS).flatMap(([code, { message }]) =>
    isNameable(code) ? [[code, message] as const] : [],
  ),
  ['revoked', FINER.revoked],
  ['expired', FINER.expired],
]

/**
 * What an error is called where it leaves, by the configuration's `errors`. HTTP status, JSON-RPC code and headers are
 * never looked up here, so that no name can change them. A revoked or expired credential has its own name, or else that
 * of `invalid_token`. What already has the product's code in `data.code` keeps it.
 *
 * @param names - undefined where nothing is renamed
 */
export function nameError(error: PosternError, names: ErrorNames | undefined): NamedError {
  const { code, message, data } = error
  // An answer of the backend that a rule has named; see `result/name-answer.ts`.
  if (typeof data?.code === 'string') return { code: data.code, reason: code, message }
  if (names === undefined) return { code, message }
  const finer = finerCode(error)
  const name = (finer && nameOf(finer, names)) ?? nameOf(code, names)
  if (name === undefined) return { code, message }
  return { code: name.code, reason: finer ?? code, message: name.message ?? message }
}

/** The product's code for an error; undefined where it has none, as for the audit. */
export function renamedCode(
  error: PosternError | undefined,
  names: ErrorNames | undefined,
): string | undefined {
  if (error === undefined) return undefined
  const { code, reason } = nameError(error, names)
  return reason === undefined ? undefined : code
}

function nameOf(code: string, names: ErrorNames): ErrorName | undefined {
  return isNameable(code) && Object.hasOwn(names, code) ? names[code] : undefined
}

function finerCode({ code, data }: PosternError): FinerCode | undefined {
  const reason = code === 'invalid_token' ? data?.reason : undefined
  return reason === 'revoked' || reason === 'expired' ? reason : undefined
}

function isNameable(code: string): code is NameableCode {
  if (Object.hasOwn(FINER, code)) return true
  return Object.hasOwn(ERRORS, code) && !/^oauth_|^(?:configuration|document)_invalid$/.test(code)
}
