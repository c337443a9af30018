import { PosternError } from '../../errors.ts'

/** What a breaker asks, and when. */
export interface CircuitBreakerOptions {
  /** One small question, which settles by itself whatever happens; its answer means that commands may go on. */
  readonly probe: () => Promise<unknown>
  /** Between a probe’s failure and the next probe, in milliseconds; default 100. */
  readonly interval?: number
}

/** Keeps commands from a server that does not answer. */
export interface CircuitBreaker {
  /** Throws `store_unavailable` while the server is known not to answer; costs nothing otherwise. */
  readonly check: () => void
  /** Told of every command’s failure: one without an answer stops further commands until a probe is answered. */
  readonly note: (error: unknown) => void
  /** {@link check}, the command, and {@link note} if it fails. */
  readonly run: <T>(command: () => Promise<T>) => Promise<T>
  /** Ends probing; the breaker stays as it is. */
  readonly close: () => void
}

/**
 * Makes requests fail at once, rather than each after its own timeout, once a command has timed out. Probes, one at a
 * time, find out when the server answers again. A server that refuses, or can’t be connected to, answers quickly by
 * itself: those failures stop nothing.
 */
export function createCircuitBreaker({ probe, interval = 100 }: CircuitBreakerOptions): CircuitBreaker {
  let failure: Error | undefined
  let timer: NodeJS.Timeout | undefined
  let closed = false

  async function ask(): Promise<void> {
    try {
      await probe()
      failure = undefined
    } catch {
      if (!closed) timer = setTimeout(ask, interval).unref()
    }
  }

  function check(): void {
    if (failure === undefined) return
    const detail = `not asked: since ${failure.message} no probe has been answered`
    throw new PosternError('store_unavailable', { detail, cause: failure, headers: { 'Retry-After': '1' } })
  }

  function note(error: unknown): void {
    if (failure !== undefined || !isTimeout(error)) return
    failure = error
    void ask()
  }

  return {
    check,
    note,
    async run(command) {
      check()
      try {
        return await command()
      } catch (error) {
        note(error)
        throw error
      }
    },
    close() {
      closed = true
      clearTimeout(timer)
    },
  }
}

/** What ioredis rejects with after `commandTimeout`. */
function isTimeout(error: unknown): error is Error {
  return error instanceof Error && error.message === 'Command timed out'
}
