import { hash, randomBytes } from 'node:crypto'
import type { VerifyConfig } from '../config/schema.ts'
import { PosternError } from '../errors.ts'
import { type AskProduct, createProductQuestion } from './ask-product.ts'
import type { CancelSignal } from './cancel-signal.ts'
import { createCoalescer } from './coalesce.ts'
import { credentialId } from './credential-id.ts'
import { createExpiringCache } from './expiring-cache.ts'
import { createIntrospection } from './introspection/introspect.ts'
import { keepPrincipal } from './keep-principal.ts'
import type { Principal, SchemeType } from './principal.ts'
import type { ProductCredential } from './product-question.ts'
import { retryAfter } from './retry-after.ts'
import type { Verified, VerifyingQuestion } from './verifying-question.ts'

export interface ProductVerifierOptions {
  readonly verify: VerifyConfig
  readonly scheme: SchemeType
  /** Position in the configuration's `auth` list. */
  readonly index: number
  readonly ask: AskProduct
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /**
   * Keys what is kept of credentials and makes their ids: the same secret, the same ids. Asked for every request, so
   * that it may change; base64url, at least 256 bits. Default: random, for this process.
   */
  readonly secret?: () => string
  /** How many revocations are known by now; a question is not joined, nor its answer believed, across them. */
  readonly sequence?: () => number
  /**
   * Whether an answer may be out of date that was asked for when `asOf` was the {@link sequence}. It is then dropped
   * and the credential asked about anew. Called for each answer out of the cache.
   */
  readonly isStale?: (principal: Principal, asOf: number) => boolean
  /** Told of each answer that accepts, for what a principal does not hold. */
  readonly onVerified?: (principal: Principal, caller: Verified) => void
  /** From 0 to 1, as `Math.random`. */
  readonly random?: () => number
}

/** Verifies one credential, synchronously where the answer is still known. */
export interface VerifyCredential {
  (credential: ProductCredential, signal: CancelSignal | undefined): Principal | Promise<Principal>
  /**
   * Drops an acceptance, since the product has refused these headers at a call; not more often than every 10 s for each
   * credential, so that a backend that refuses everything makes no flood of questions.
   */
  readonly doubt: (headers: ProductCredential['headers']) => void
}

interface Kept {
  readonly principal: Principal
  readonly asOf: number
}

/** Answers kept of each kind. Refusals have a cache of their own, so that garbage can't push out callers. */
const CACHE_SIZE = 10_000
const MOST_AT_ONCE = 512
/** Milliseconds in which a credential that was doubted is not doubted again. */
const DOUBT_PAUSE = 10_000
/** By how much of itself an answer's lifetime is shortened at most. */
const JITTER = 0.1

/**
 * Makes the function that lets others verify their own credentials: the product, or an authorization server.
 *
 * Acceptances and refusals hold for the configured times, counted from the question, an acceptance never beyond the
 * credential's end and up to a tenth shorter, so that a fleet that was started at once does not ask at once. Where
 * nobody can say whether a credential is good it is `upstream_unavailable`: nobody is accepted, and nothing is kept.
 * Equal credentials that come at the same time are asked about once, except where `cache` is 0, which means: ask for
 * every request.
 *
 * Credentials are kept only as keyed SHA-256, each spelling for itself; see `credential-id.ts` for their ids.
 */
export function createProductVerifier(options: ProductVerifierOptions): VerifyCredential {
  const { verify, now, secret = randomSecret(), sequence = zero, isStale, random = Math.random } = options
  const question = createQuestion(options)
  const accepted = createExpiringCache<Kept>(CACHE_SIZE)
  const refused = createExpiringCache<PosternError>(CACHE_SIZE)
  const doubted = createExpiringCache<true>(CACHE_SIZE)
  const questions = createCoalescer<Principal>(MOST_AT_ONCE)
  let unshared = 0

  async function ask(
    credential: ProductCredential,
    key: string,
    asOf: number,
    signal: AbortSignal,
  ): Promise<Principal> {
    const asked = now()
    try {
      const caller = await question(credential, signal)
      const known = accepted.peek(key)
      const principal = keepPrincipal(
        known?.principal,
        toPrincipal(caller, credentialId(secret(), credential.headers), options),
      )
      options.onVerified?.(principal, caller)
      // A question that was overtaken by a younger one has nothing to add.
      if (known === undefined || known.asOf <= asOf) {
        const lifetime = verify.cache * (1 - JITTER * random())
        const left = (caller.expiresAt ?? Number.POSITIVE_INFINITY) - asked
        accepted.set(key, { principal, asOf }, asked, Math.min(lifetime, left))
      }
      return principal
    } catch (error) {
      const known = sayUnavailable(error, verify, now())
      if (known.code === 'invalid_token') refused.set(key, known, asked, verify.negativeCache)
      throw known
    }
  }

  function doubt(headers: ProductCredential['headers']): void {
    const key = keyOf(secret(), headers)
    if (doubted.get(key, now()) !== undefined) return
    doubted.set(key, true, now(), DOUBT_PAUSE)
    accepted.delete(key)
  }

  function verifyCredential(
    credential: ProductCredential,
    signal: CancelSignal | undefined,
  ): Principal | Promise<Principal> {
    const key = keyOf(secret(), credential.headers)
    const known = accepted.get(key, now())
    if (known !== undefined && !isStale?.(known.principal, known.asOf)) return known.principal
    const refusal = refused.get(key, now())
    if (refusal !== undefined) throw refusal
    const asOf = sequence()
    const flight = verify.cache === 0 ? `${key}#${++unshared}` : `${key}@${asOf}`
    return questions.run(flight, abort => ask(credential, key, asOf, abort), signal)
  }

  return Object.assign(verifyCredential, { doubt })
}

function createQuestion({ verify, ask, now }: ProductVerifierOptions): VerifyingQuestion {
  const { request, introspection } = verify
  if (introspection !== undefined) return createIntrospection(introspection, verify, { now })
  if (request !== undefined) return createProductQuestion(request, verify, { ask, now })
  throw new PosternError('internal_error', { detail: 'nobody can be asked about a credential' })
}

/** What was thrown on purpose, or that nobody could be asked; always with the time to wait. */
function sayUnavailable(error: unknown, { request, introspection }: VerifyConfig, now: number): PosternError {
  if (error instanceof PosternError && !error.code.startsWith('upstream_')) return error
  // A query may hold a key.
  const whoWasAsked = (introspection?.url ?? request ?? '').replace(/\?.*/s, '')
  const reason = error instanceof PosternError ? (error.detail ?? error.code) : error
  const wait = error instanceof PosternError ? error.headers?.['Retry-After'] : undefined
  return new PosternError('upstream_unavailable', {
    detail: `${whoWasAsked}: ${reason instanceof Error ? reason.message : String(reason)}`,
    headers: { 'Retry-After': wait ?? retryAfter(undefined, now) },
    cause: error,
  })
}

function keyOf(secret: string, headers: Readonly<Record<string, string>>): string {
  // No part holds a line break, so no two credentials make the same text.
  return hash('sha256', `${secret}\ncredential\n${Object.entries(headers).flat().join('\n')}`, 'base64url')
}

function randomSecret(): () => string {
  const secret = randomBytes(32).toString('base64url')
  return () => secret
}

function zero(): number {
  return 0
}

function toPrincipal(
  caller: Verified,
  credentialId: string,
  { scheme, index }: ProductVerifierOptions,
): Principal {
  return Object.freeze({
    subject: caller.subject,
    organization: caller.organization,
    roles: Object.freeze([...caller.roles]),
    scopes: Object.freeze([...caller.scopes]),
    scheme,
    schemeIndex: index,
    credentialId,
    expiresAt: caller.expiresAt,
    client: caller.client,
    sequence: undefined,
    issuedAt: caller.issuedAt,
    restsOn: [],
    audience: undefined,
  })
}
