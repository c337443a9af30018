import { addressGroups } from '../../auth/attempts/address-groups.ts'
import { createFailureCount } from '../../auth/attempts/failure-count.ts'
import { createSignInMemory } from '../../auth/attempts/sign-in-memory.ts'
import { tooManyAttempts } from '../../auth/attempts/too-many-attempts.ts'
import type { FailedSignInsConfig } from '../../config/schema/failed-sign-ins.ts'
import { PosternError } from '../../errors.ts'
import { oncePer } from '../once-per.ts'
import type { OAuthSurroundings } from '../surroundings.ts'
import type { TypedCredential } from './typed-credential.ts'

/** Verifies what was typed, unless too much of it was wrong lately. */
export type GuardTyping = <T>(
  typed: TypedCredential,
  from: string | undefined,
  verify: () => Promise<T>,
) => Promise<T>

/** So many at once are verified for one address: a flood would be through before the first was counted. */
const MOST_AT_ONCE = 4
const BUSY = 1_000

/**
 * Makes the guard against guessing on the sign-in page: wrong credentials count per address and per claimed subject, in
 * the counters of the store that the endpoints of MCP count with as well (`failedSignIns`). During a pause nothing that
 * is typed is verified; whoever has signed in before goes on by their session.
 *
 * @param clock - milliseconds that never go back
 */
export function createTypingGuard(
  { store, config }: Pick<OAuthSurroundings, 'store' | 'config'>,
  clock: () => number = () => performance.now(),
): GuardTyping {
  const memory = createSignInMemory()
  const countOf = oncePer((failedSignIns: FailedSignInsConfig) =>
    createFailureCount({ config: failedSignIns, store, memory, onPause: () => {}, clock }),
  )
  const running = new Map<string, number>()

  async function inTurn<T>(host: string, verify: () => Promise<T>): Promise<T> {
    const before = running.get(host) ?? 0
    if (before >= MOST_AT_ONCE) throw tooManyAttempts(BUSY)
    running.set(host, before + 1)
    try {
      return await verify()
    } finally {
      const left = (running.get(host) ?? 1) - 1
      if (left === 0) running.delete(host)
      else running.set(host, left)
    }
  }

  return async ({ headers, claimed }, from = '', verify) => {
    const { failedSignIns } = config()
    if (failedSignIns === false) return verify()
    const failures = countOf(failedSignIns)
    const credential = new Map(Object.entries(headers))
    const attempt = { from, subject: claimed, credential }
    const { wait } = failures.look(attempt)
    if (wait > 0) throw tooManyAttempts(wait)
    try {
      return await inTurn(addressGroups(from).host, verify)
    } catch (error) {
      // The same again is no further guess.
      if (!isWrong(error) || memory.known.isBad(credential, clock())) throw error
      return failures.add(attempt, error)
    }
  }
}

/** One with a reason, which has expired or was revoked, was right once. */
function isWrong(error: unknown): error is PosternError {
  return error instanceof PosternError && error.code === 'invalid_token' && error.data?.reason === undefined
}
