import { hash, randomBytes } from 'node:crypto'
import type { VerifyConfig } from '../config/schema.ts'
import { PosternError } from '../errors.ts'
import type { CancelSignal } from './cancel-signal.ts'
import { createCoalescer } from './coalesce.ts'
import { createExpiringCache } from './expiring-cache.ts'
import { keepPrincipal } from './keep-principal.ts'
import type { Principal, SchemeType } from './principal.ts'
import { readAnswer, type VerifiedCaller } from './read-answer.ts'

/** Asks a product over HTTP; `upstream/` implements it. */
export type AskProduct = (question: {
  /** Name of the API; undefined for the first. */
  readonly api: string | undefined
  readonly method: string
  readonly path: string
  /** The credential as presented, lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}) => Promise<{ readonly status: number; readonly body: unknown }>

/** A credential that the product can verify. */
export interface ProductCredential {
  /** As presented, lower-case names; values hold no control characters. */
  readonly headers: Readonly<Record<string, string>>
  /** Who the caller claims to be, where a header says so. */
  readonly claimed: string | undefined
}

export interface ProductVerifierOptions {
  readonly verify: VerifyConfig
  readonly scheme: SchemeType
  /** Position in the configuration's `auth` list. */
  readonly index: number
  readonly ask: AskProduct
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** Verifies one credential, synchronously where the answer is still known. */
export type VerifyCredential = (
  credential: ProductCredential,
  signal: CancelSignal | undefined,
) => Principal | Promise<Principal>

/** Answers kept of each kind. Refusals have a cache of their own, so that garbage can't push out callers. */
const CACHE_SIZE = 10_000
const MOST_AT_ONCE = 512
/** What the product says about a credential that is not good. 404: "no such user". */
const REFUSALS: ReadonlySet<number> = new Set([401, 403, 404])
const RETRY_AFTER = '5'
/** Makes keys of this process useless elsewhere. Of fixed length and first, so it can't run into the data. */
const SECRET = randomBytes(32).toString('base64url')

/**
 * Makes the function that lets the product verify its own credentials.
 *
 * A 2xx answer that names a subject accepts, 401, 403 and 404 refuse; both hold for the configured times,
 * counted from the question. Everything else (5xx, 429, redirects, timeouts, an answer without a subject) is
 * `upstream_unavailable`: nobody is accepted, and nothing is kept. Equal credentials that come at the same
 * time are asked about once, except where `cache` is 0, which means: ask for every request.
 *
 * Credentials are kept only as keyed SHA-256, and the credential's id is cut from that: it holds for this
 * process, and can't be turned back into a weak password.
 */
export function createProductVerifier(options: ProductVerifierOptions): VerifyCredential {
  const { verify, now } = options
  const accepted = createExpiringCache<Principal>(CACHE_SIZE)
  const refused = createExpiringCache<PosternError>(CACHE_SIZE)
  const questions = createCoalescer<Principal>(MOST_AT_ONCE)
  let unshared = 0

  async function ask(credential: ProductCredential, key: string, signal: AbortSignal): Promise<Principal> {
    const asked = now()
    const caller = await askProduct(options, credential, signal)
    const isRight = caller !== undefined && claimHolds(credential.claimed, caller.identity)
    if (!isRight) {
      const error = invalid(caller === undefined ? 'unknown' : 'mismatch')
      refused.set(key, error, asked, verify.negativeCache)
      throw error
    }
    const principal = keepPrincipal(accepted.peek(key), toPrincipal(caller, key, options))
    accepted.set(key, principal, asked, verify.cache)
    return principal
  }

  return (credential, signal) => {
    const key = keyOf(options.index, credential.headers)
    const known = accepted.get(key, now())
    if (known !== undefined) return known
    const refusal = refused.get(key, now())
    if (refusal !== undefined) throw refusal
    const flight = verify.cache === 0 ? `${key}#${++unshared}` : key
    return questions.run(flight, abort => ask(credential, key, abort), signal)
  }
}

/** The caller, or undefined where the product refuses the credential. */
async function askProduct(
  { verify, ask }: ProductVerifierOptions,
  { headers }: ProductCredential,
  signal: AbortSignal,
): Promise<VerifiedCaller | undefined> {
  const space = verify.request.indexOf(' ')
  const [method, path] = [verify.request.slice(0, space), verify.request.slice(space + 1)]
  try {
    const { status, body } = await ask({ api: verify.api, method, path, headers, signal })
    if (REFUSALS.has(status)) return undefined
    if (status < 200 || status > 299) {
      throw new PosternError('upstream_unavailable', { detail: `the product answered ${status}` })
    }
    return readAnswer(body, verify)
  } catch (error) {
    throw unavailable(error, verify.request)
  }
}

function unavailable(error: unknown, request: string): PosternError {
  if (error instanceof PosternError && !error.code.startsWith('upstream_')) return error
  const reason = error instanceof PosternError ? (error.detail ?? error.code) : error
  return new PosternError('upstream_unavailable', {
    detail: `${request}: ${reason instanceof Error ? reason.message : String(reason)}`,
    headers: { 'Retry-After': RETRY_AFTER },
    cause: error,
  })
}

function invalid(reason: 'unknown' | 'mismatch'): PosternError {
  if (reason === 'unknown') {
    return new PosternError('invalid_token', {
      message:
        'The product does not accept this credential: it is unknown, expired or revoked. Ask for a new one.',
    })
  }
  return new PosternError('invalid_token', {
    message:
      'This credential belongs to somebody else than the headers say. Check that they belong together.',
  })
}

/** Whether the answer names whom the header claims; without a claim or a configured identity there is nothing to check. */
function claimHolds(claimed: string | undefined, identity: string | undefined): boolean {
  if (claimed === undefined || identity === undefined) return true
  const isMail = claimed.includes('@') && identity.includes('@')
  return isMail ? folded(claimed) === folded(identity) : claimed.trim() === identity.trim()
}

/** ASCII case only: Unicode folding would make `K` (Kelvin) and `k` the same mailbox. */
function folded(mail: string): string {
  return mail.trim().replace(/[A-Z]/g, letter => letter.toLowerCase())
}

function keyOf(index: number, headers: Readonly<Record<string, string>>): string {
  // Values hold no line breaks, so no two credentials make the same text.
  return hash('sha256', `${SECRET}\n${index}\n${Object.entries(headers).flat().join('\n')}`, 'base64url')
}

function toPrincipal(
  caller: VerifiedCaller,
  key: string,
  { scheme, index }: ProductVerifierOptions,
): Principal {
  return Object.freeze({
    subject: caller.subject,
    organization: caller.organization,
    roles: Object.freeze([...caller.roles]),
    scopes: Object.freeze([...caller.scopes]),
    scheme,
    schemeIndex: index,
    credentialId: `crd_${key.slice(0, 16)}`,
    expiresAt: undefined,
  })
}
