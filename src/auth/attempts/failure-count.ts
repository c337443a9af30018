import type { FailedSignInsConfig } from '../../config/schema/failed-sign-ins.ts'
import type { PosternError } from '../../errors.ts'
import type { Spending } from '../../store/counter.ts'
import type { Store } from '../../store/store.ts'
import { type AttemptKey, chargeOf, createAttemptKeys, subjectDigest } from './attempt-keys.ts'
import type { Attempt } from './read-attempt.ts'
import type { SignInMemory } from './sign-in-memory.ts'
import { pause, type Suspect } from './suspects.ts'
import { tooManyAttempts } from './too-many-attempts.ts'

/** How often sign-ins have failed, and who has to pause for it. */
export interface FailureCount {
  /** True as long as nobody failed lately: then there is nothing to look up. */
  isEmpty(): boolean
  /** How long the attempt's address and subject still pause, in milliseconds; 0 or less if they don't. */
  look(attempt: Attempt): { readonly wait: number; readonly suspect: Suspect | undefined }
  /**
   * Counts a wrong credential, and throws what it is to be answered.
   *
   * @throws PosternError `error` itself, `too_many_attempts`, `store_unavailable`.
   */
  add(attempt: Attempt, error: PosternError): never | Promise<never>
}

/** What {@link createFailureCount} needs. */
export interface FailureCountOptions {
  readonly config: FailedSignInsConfig
  readonly store: Pick<Store, 'spend'>
  readonly memory: SignInMemory
  /** Told when a pause begins, at most once a minute for each address or subject. */
  readonly onPause: (pause: SignInPause) => void
  /** Milliseconds that never go back. */
  readonly clock: () => number
}

/** A pause, for the log. */
export interface SignInPause {
  readonly remoteAddress: string
  /** A digest: nobody has verified the claim, and it may be a person's address. */
  readonly subjectDigest: string | undefined
  /** Milliseconds. */
  readonly pause: number
}

/** What an address that failed lately waits, while as many of its attempts are being verified as may fail. */
const BUSY = 1_000
const WARN_EVERY = 60_000

/** Makes the count of a configuration. The numbers are in the store, the pauses in this process. */
export function createFailureCount(options: FailureCountOptions): FailureCount {
  const { store, clock } = options
  const { known, suspects } = options.memory
  const keysOf = createAttemptKeys(options.config)

  function look(attempt: Attempt): { readonly wait: number; readonly suspect: Suspect | undefined } {
    const now = clock()
    const [address, ...others] = keysOf(attempt)
    const suspect = suspects.find(address.id, now)
    const waits = others.map(({ id }) => (suspects.find(id, now)?.until ?? now) - now)
    const isBusy = (suspect?.pending ?? 0) >= address.allowance.quota
    return { suspect, wait: Math.max((suspect?.until ?? now) - now, isBusy ? BUSY : 0, ...waits) }
  }

  /** Notes the failure with all that it counts against; the longest pause that follows, 0 for none. */
  function note(attempt: Attempt, keys: readonly AttemptKey[], { allowed, balances }: Spending): number {
    const now = clock()
    let longest = 0
    let isNews = false
    for (const [index, { id, grows }] of keys.entries()) {
      const suspect = suspects.note(id, now)
      const wait = allowed ? 0 : (balances[index]?.wait ?? 0)
      const isAfterPause = grows && suspect.strikes > 0 && suspect.until <= now
      if (wait > 0 || isAfterPause) pause(suspect, wait, grows, now)
      if (suspect.until <= now) continue
      longest = Math.max(longest, suspect.until - now)
      if (now - suspect.warnedAt < WARN_EVERY) continue
      suspect.warnedAt = now
      isNews = true
    }
    if (isNews) tell(attempt, longest)
    return longest
  }

  function tell({ from, subject }: Attempt, longest: number): void {
    const digest = subject === undefined ? undefined : subjectDigest(subject)
    options.onPause({ remoteAddress: from, subjectDigest: digest, pause: Math.round(longest) })
  }

  return {
    isEmpty: () => suspects.size() === 0 || suspects.isEmpty(clock()),
    look,
    add(attempt, error) {
      // Others that came at the same time have begun the pause: a flood is not to reach the store.
      const { wait } = look(attempt)
      if (wait > BUSY) throw tooManyAttempts(wait)
      known.noteBad(attempt.credential, clock())
      const keys = keysOf(attempt)
      const settle = (spending: Spending): never => {
        if (!spending.allowed) known.forgetBad(attempt.credential)
        const longest = note(attempt, keys, spending)
        throw longest > 0 ? tooManyAttempts(longest) : error
      }
      const giveUp = (reason: unknown): never => {
        known.forgetBad(attempt.credential)
        throw reason
      }
      let spending: Spending | Promise<Spending>
      try {
        spending = store.spend(keys.map(chargeOf))
      } catch (reason) {
        return giveUp(reason)
      }
      return spending instanceof Promise ? spending.then(settle, giveUp) : settle(spending)
    },
  }
}
