/**
 * Brute force: wrong credentials are counted, in the store that all instances share, per address and per claimed
 * subject. Past the configured number the address or subject has to pause, each time in a row twice as long, and
 * what it presents meanwhile is answered `too_many_attempts` without the product being asked. Nobody is held up:
 * every answer comes at once.
 *
 * What an attacker can do to others is kept small. During a pause these are accepted as ever: a token of Postern's,
 * minted or of OAuth, and a JWT, which nobody can guess (192 random bits, a signature), and a product's credential that signed in from
 * the same address before. From the same address, as otherwise the pause would still let weak credentials be
 * guessed, without limit, against those that are remembered. So whoever shares an address with an attacker, or
 * whose e-mail address one knows, can at worst not begin with a new credential until the pause is over; for the
 * subject as a whole, which anybody can attack from anywhere, pauses don't grow.
 *
 * A wrong credential that comes again is no further guess, and neither is one that was right before: a client with an
 * old token in a loop locks nobody out. A token that has merely expired or was revoked stays a 401, which tells clients
 * to get another.
 *
 * Good callers cost the store nothing. Failures cost one question each until the pause, and none during it. What is
 * kept in memory is bounded. It holds for this process: the count is shared, the pauses are not.
 */
import type { SchemeConfig } from '../../config/schema.ts'
import { PosternError } from '../../errors.ts'
import type { Authenticator, PresentedRequest } from '../authenticate.ts'
import type { Authenticated } from '../principal.ts'
import { createFailureCount, type FailureCountOptions } from './failure-count.ts'
import { type Attempt, createAttemptReader } from './read-attempt.ts'
import type { Suspect } from './suspects.ts'
import { tooManyAttempts } from './too-many-attempts.ts'
import { withoutQuestions } from './without-questions.ts'

/** What {@link guardSignIns} needs. */
export interface GuardOptions extends Omit<FailureCountOptions, 'clock'> {
  /** The configured schemes. */
  readonly auth: readonly SchemeConfig[]
  /** Milliseconds that never go back; default `performance.now`. */
  readonly clock?: () => number
}

/** Guards an authenticator. Requests without `from` (stdio) are not counted. */
export function guardSignIns(inner: Authenticator, options: GuardOptions): Authenticator {
  const { clock = () => performance.now() } = options
  const readAttempt = createAttemptReader(options.auth)
  const { known } = options.memory
  const failures = createFailureCount({ ...options, clock })

  function answerFreely(request: PresentedRequest, from: string, allowed: AllowedTypes, suspect?: Suspect) {
    const accept = (caller: Authenticated): Authenticated => {
      if (isGuessable(caller)) {
        known.noteGood(caller.principal, () => readAttempt(request.rawHeaders, from).credential, from)
      }
      return caller
    }
    const fail = (error: unknown): never | Promise<never> => {
      if (!isWrong(error)) throw error
      const attempt = readAttempt(request.rawHeaders, from)
      const { credential } = attempt
      if (known.forgetGood(credential, from) || known.isBad(credential, clock())) throw error
      return failures.add(attempt, error)
    }
    return whenAnswered(() => inner.authenticate(request, allowed), accept, fail, suspect)
  }

  function answerInPause(request: PresentedRequest, attempt: Attempt, allowed: AllowedTypes, wait: number) {
    const accept = (caller: Authenticated): Authenticated => {
      if (isGuessable(caller)) throw tooManyAttempts(wait)
      return caller
    }
    const fail = (error: unknown): never => {
      const isCancelled = error instanceof PosternError && error.code === 'cancelled'
      if (!isCancelled && (!isWrong(error) || known.isBad(attempt.credential, clock()))) throw error
      throw tooManyAttempts(wait)
    }
    return whenAnswered(() => inner.authenticate(withoutQuestions(request), allowed), accept, fail)
  }

  return {
    authenticate(request, allowed) {
      const { from } = request
      if (from === undefined) return inner.authenticate(request, allowed)
      if (failures.isEmpty()) return answerFreely(request, from, allowed)
      const attempt = readAttempt(request.rawHeaders, from)
      const { wait, suspect } = failures.look(attempt)
      if (wait <= 0 || known.isGood(attempt.credential, from)) {
        return answerFreely(request, from, allowed, suspect)
      }
      return answerInPause(request, attempt, allowed, wait)
    },
  }
}

type AllowedTypes = Parameters<Authenticator['authenticate']>[1]

/** Synchronous where the answer is; what is awaited counts as pending with the suspect. */
function whenAnswered(
  ask: () => Authenticated | Promise<Authenticated>,
  accept: (caller: Authenticated) => Authenticated,
  fail: (error: unknown) => never | Promise<never>,
  suspect?: Suspect,
): Authenticated | Promise<Authenticated> {
  let answer: Authenticated | Promise<Authenticated>
  try {
    answer = ask()
  } catch (error) {
    return fail(error)
  }
  if (!(answer instanceof Promise)) return accept(answer)
  if (suspect === undefined) return answer.then(accept, fail)
  suspect.pending++
  return answer.then(accept, fail).finally(() => {
    suspect.pending--
  })
}

/** Whether it is the product's: its length and randomness are unknown here. */
function isGuessable({ principal: { scheme } }: Authenticated): boolean {
  return scheme !== 'token' && scheme !== 'oauth' && scheme !== 'jwt' && scheme !== 'anonymous'
}

/** A credential was refused as wrong. One with a reason, which has expired or was revoked, was right once. */
function isWrong(error: unknown): error is PosternError {
  return error instanceof PosternError && error.code === 'invalid_token' && error.data?.reason === undefined
}
