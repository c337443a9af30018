import { createLocalJWKSet, type LocalJWKSet } from 'jose'
import { PosternError } from '../../errors.ts'
import type { CancelSignal } from '../cancel-signal.ts'
import { orCancelled } from '../or-cancelled.ts'
import { fetchKeys, type KeySource } from './fetch-keys.ts'

/** The issuer's public keys, as they are known. */
export interface KeyRing {
  /**
   * Keys that may be used now; synchronous where they are at hand.
   *
   * @throws PosternError `upstream_unavailable` if they can't be had, `cancelled`.
   */
  current(signal: CancelSignal | undefined): LocalJWKSet | Promise<LocalJWKSet>
  /**
   * The keys after asking the issuer once more, because `known` did not have the one that was wanted. The same
   * ones if the issuer was asked often enough lately.
   *
   * @throws PosternError `upstream_unavailable` if the issuer can't be asked: then the key may well exist.
   */
  renewed(known: LocalJWKSet, signal: CancelSignal | undefined): Promise<LocalJWKSet>
}

export interface KeyRingOptions {
  readonly source: KeySource
  /** Milliseconds that keys are used before the issuer is asked again. */
  readonly refresh: number
  /** Milliseconds that they are used while it can't be asked. */
  readonly keep: number
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** Milliseconds between two questions while the issuer does not answer. */
const RETRY = 2_000
/** Questions because of unknown keys: so many at once, then one per {@link RENEWAL}. */
const RENEWALS = 4
const RENEWAL = 10_000
/** The last part of `refresh`, in which the keys are asked for while requests still use the old ones. */
const AHEAD = 0.2

/**
 * Keeps an issuer's keys. Nothing is fetched before the first token comes.
 *
 * Once `refresh` has passed, requests wait for the new keys: a key that the issuer has withdrawn is not used
 * because nobody has called for hours. While the issuer can't be asked the old ones are used until `keep`. There
 * is one question at a time, whoever waits for it; those who go away don't end it, or callers that come and go
 * could make questions without end.
 */
export function createKeyRing({ source, refresh, keep, now }: KeyRingOptions): KeyRing {
  let keys: LocalJWKSet | undefined
  let fetchedAt = Number.NEGATIVE_INFINITY
  let failure: { readonly at: number; readonly reason: unknown } | undefined
  let question: Promise<void> | undefined
  const mayRenew = createAllowance(RENEWALS, RENEWAL, now)

  async function putQuestion(): Promise<void> {
    const asked = now()
    try {
      keys = createLocalJWKSet(await fetchKeys(source))
      fetchedAt = asked
      failure = undefined
    } catch (reason) {
      failure = { at: now(), reason }
    }
    question = undefined
  }

  /** Never rejects. */
  function ask(): Promise<void> {
    question ??= putQuestion()
    return question
  }

  const isWithin = (from: number, lifetime: number) => {
    const age = now() - from
    // A clock that was set back must not make old keys young.
    return age >= 0 && age < lifetime
  }
  const hasJustFailed = () => failure !== undefined && isWithin(failure.at, RETRY)

  function kept(): LocalJWKSet {
    if (keys !== undefined && isWithin(fetchedAt, failure === undefined ? refresh : keep)) return keys
    throw unavailable(source.issuer, failure?.reason)
  }

  return {
    current(signal) {
      if (keys !== undefined && isWithin(fetchedAt, refresh)) {
        if (!isWithin(fetchedAt, refresh * (1 - AHEAD)) && !hasJustFailed()) void ask()
        return keys
      }
      if (hasJustFailed()) return kept()
      return orCancelled(ask(), signal).then(kept)
    },
    async renewed(known, signal) {
      if (keys !== known) return kept()
      if (!hasJustFailed() && (question !== undefined || mayRenew())) await orCancelled(ask(), signal)
      if (failure !== undefined) throw unavailable(source.issuer, failure.reason)
      return kept()
    },
  }
}

/** A function that says yes `burst` times at once, and once more for each `interval` that passes. */
function createAllowance(burst: number, interval: number, now: () => number): () => boolean {
  let left = burst
  let since = now()
  return () => {
    const at = now()
    const gained = Math.floor((at - since) / interval)
    if (gained !== 0) {
      left = Math.min(burst, left + Math.max(0, gained))
      since = at
    }
    if (left === 0) return false
    left--
    return true
  }
}

function unavailable(issuer: string, reason: unknown): PosternError {
  return new PosternError('upstream_unavailable', {
    message: 'The keys that verify this credential can’t be had right now. Try again shortly.',
    detail: `the keys of ${issuer}: ${reason instanceof Error ? reason.message : String(reason)}`,
    headers: { 'Retry-After': String(RETRY / 1_000) },
    cause: reason,
  })
}
