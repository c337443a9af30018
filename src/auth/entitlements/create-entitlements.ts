import type { EntitlementsConfig } from '../../config/schema.ts'
import { PosternError } from '../../errors.ts'
import type { KnownRevocations } from '../../store/revocation.ts'
import type { CancelSignal } from '../cancel-signal.ts'
import { type Coalescer, createCoalescer } from '../coalesce.ts'
import { createExpiringCache } from '../expiring-cache.ts'
import { keepPrincipal } from '../keep-principal.ts'
import type { Authenticated, Entitlement, Principal } from '../principal.ts'
import { isCalledBack } from '../refuse-revoked.ts'
import { createEntitlementQuestion, type QuestionRooms } from './entitlement-question.ts'
import type { Entitlements } from './entitlement-reader.ts'

/** What {@link createEntitlements} needs. */
export interface EntitlementsOptions extends QuestionRooms {
  readonly config: EntitlementsConfig
  readonly revocations: KnownRevocations
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Told why the product did not say what a caller may, for the log. */
  readonly onUnlearnt: (reason: unknown) => void
  /** From 0 to 1, by which answers are kept shorter; default `Math.random`. */
  readonly random?: () => number
}

/** The same caller with what the product says that they may. Synchronous while an answer is known. */
export type Entitle = (
  caller: Authenticated,
  signal: CancelSignal | undefined,
) => Authenticated | Promise<Authenticated>

const CACHE_SIZE = 10_000
const MOST_AT_ONCE = 512
/** Milliseconds for which nobody is asked again after the product did not say, so that an outage costs one wait. */
const UNLEARNT_KEPT = 5_000
/** By how much of itself an answer's lifetime is shortened at most. */
const JITTER = 0.1

/** What is known about one credential. */
interface Known {
  /** Undefined where the product did not say. */
  readonly answer: Entitlements | undefined
  /** Revocations known before the product was asked. */
  readonly asOf: number
  /** Whom the credential was verified as, and the same with the answer. */
  base: Principal
  principal: Principal
}

/**
 * Makes the step after authentication that learns what the product lets each caller do.
 *
 * Answers are kept by credential, subject and organization, never shared between two credentials of one person: what is
 * presented to the product depends on the credential, and so may its answer. They are dropped when somebody says that
 * earlier answers don't count (`recheck`). Where the product doesn't say, the caller has no flags that anything could be
 * decided by and no roles but those of the credential, or none where roles are asked for; no earlier answer stands in.
 *
 * The principal stays the same object as long as credential and answer say the same.
 */
export function createEntitlements(options: EntitlementsOptions): Entitle {
  const { config, revocations, now, random = Math.random } = options
  const question = createEntitlementQuestion(config, options)
  const known = createExpiringCache<Known>(CACHE_SIZE)
  const questionsAt = new Map<string | undefined, Coalescer<Known>>()
  const unlearnt = Object.freeze(MEMBERS.filter(member => config[member] !== undefined))
  const entitled = (base: Principal, answer: Entitlements | undefined): Principal =>
    Object.freeze({
      ...base,
      roles: config.roles === undefined ? base.roles : (answer?.roles ?? NONE),
      flags: answer?.flags,
      ...(answer === undefined && { unlearnt }),
    })
  let unshared = 0

  /** Each backend has its own: a tenant whose answers are slow uses up nobody else's questions. */
  function questionsOf(caller: Authenticated): Coalescer<Known> {
    const backend = options.backendOf(caller)
    const questions = questionsAt.get(backend) ?? createCoalescer<Known>(MOST_AT_ONCE)
    questionsAt.set(backend, questions)
    return questions
  }

  async function ask(caller: Authenticated, signal: AbortSignal): Promise<Entitlements | undefined> {
    try {
      return await question(caller, signal)
    } catch (error) {
      // Everybody who waited has gone: that says nothing about the product.
      if (signal.aborted) throw new PosternError('cancelled')
      options.onUnlearnt(error)
      return undefined
    }
  }

  async function learn(
    caller: Authenticated,
    key: string,
    asOf: number,
    signal: AbortSignal,
  ): Promise<Known> {
    const asked = now()
    const { principal: base } = caller
    const answer = await ask(caller, signal)
    const before = known.peek(key)
    const principal = keepPrincipal(before?.principal, entitled(base, answer))
    const learnt = { answer, asOf, base, principal }
    // A question that was overtaken by a younger one has nothing to add.
    if (before === undefined || before.asOf <= asOf) {
      const lifetime =
        answer === undefined ? Math.min(UNLEARNT_KEPT, config.cache) : config.cache * (1 - JITTER * random())
      known.set(key, learnt, asked, lifetime)
    }
    return learnt
  }

  return (caller, signal) => {
    const { principal } = caller
    const key = keyOf(principal)
    const last = known.get(key, now())
    if (last !== undefined && !isCalledBack(principal, last.asOf, revocations)) {
      return withPrincipal(caller, principalFor(last, principal, entitled))
    }
    const asOf = revocations.sequence
    const flight = config.cache === 0 ? `${key}#${++unshared}` : `${key}@${asOf}`
    return questionsOf(caller)
      .run(flight, abort => learn(caller, key, asOf, abort), signal)
      .catch((error: unknown): Known => {
        if (!(error instanceof PosternError) || error.code !== 'upstream_unavailable') throw error
        options.onUnlearnt(error)
        return { answer: undefined, asOf, base: principal, principal: entitled(principal, undefined) }
      })
      .then(learnt => withPrincipal(caller, principalFor(learnt, principal, entitled)))
  }
}

const MEMBERS: readonly Entitlement[] = ['flags', 'roles']
const NONE: readonly string[] = Object.freeze([])

/** The credential may have been verified anew since, and say something else. */
function principalFor(
  known: Known,
  base: Principal,
  entitled: (base: Principal, answer: Entitlements | undefined) => Principal,
): Principal {
  if (known.base !== base) {
    known.principal = keepPrincipal(known.principal, entitled(base, known.answer))
    known.base = base
  }
  return known.principal
}

function withPrincipal(caller: Authenticated, principal: Principal): Authenticated {
  return { ...caller, principal }
}

function keyOf({ schemeIndex, credentialId, subject, organization }: Principal): string {
  return JSON.stringify([schemeIndex, credentialId, subject, organization])
}
