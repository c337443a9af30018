/** Somebody who failed lately: an address, a subject. */
export interface Suspect {
  /** Until when nothing new is verified, in milliseconds of the clock; in the past if it is. */
  until: number
  /** How many pauses in a row there were. */
  strikes: number
  /** When the last failure was. */
  failedAt: number
  /** When the log was last told. */
  warnedAt: number
  /** Attempts that are being verified right now. */
  pending: number
}

/** The bounded memory of {@link Suspect}s; empty as long as nobody fails. */
export interface Suspects {
  /** How many are remembered. */
  size(): number
  /** Whether nobody failed for so long that there is nothing to look up. */
  isEmpty(now: number): boolean
  /** The suspect, unless there is none or all is forgotten. */
  find(key: string, now: number): Suspect | undefined
  /** Notes a failure. */
  note(key: string, now: number): Suspect
}

/** Milliseconds without a failure, after a pause's end, after which everything is forgotten. */
export const FORGOTTEN_AFTER = 15 * 60_000
/** The first pause, at least; each further one is twice as long. */
export const SHORTEST_PAUSE = 30_000
/** No pause is longer. */
export const LONGEST_PAUSE = 15 * 60_000

/**
 * Makes the memory, for at most `most` at a time; past that, those who failed longest ago make room. Who is forgotten
 * so has only the counters of the store against him, and is back here with the next failure.
 */
export function createSuspects(most: number): Suspects {
  const suspects = new Map<string, Suspect>()
  let lastFailure = Number.NEGATIVE_INFINITY
  return {
    size: () => suspects.size,
    isEmpty(now) {
      if (suspects.size > 0 && now - lastFailure >= LONGEST_PAUSE + FORGOTTEN_AFTER) suspects.clear()
      return suspects.size === 0
    },
    find(key, now) {
      const suspect = suspects.get(key)
      if (suspect === undefined) return undefined
      if (now - Math.max(suspect.failedAt, suspect.until) < FORGOTTEN_AFTER) return suspect
      suspects.delete(key)
      return undefined
    },
    note(key, now) {
      const known = this.find(key, now)
      const suspect = known ?? {
        until: Number.NEGATIVE_INFINITY,
        strikes: 0,
        failedAt: now,
        warnedAt: Number.NEGATIVE_INFINITY,
        pending: 0,
      }
      suspect.failedAt = now
      lastFailure = now
      suspects.delete(key)
      suspects.set(key, suspect)
      for (const [oldest, { failedAt, until }] of suspects) {
        if (suspects.size <= most && now - Math.max(failedAt, until) < FORGOTTEN_AFTER) break
        suspects.delete(oldest)
      }
      return suspect
    },
  }
}

/** Lets a suspect wait `wait` milliseconds at least; each time in a row, where pauses grow, twice as long. */
export function pause(suspect: Suspect, wait: number, grows: boolean, now: number): void {
  const doubled = grows ? SHORTEST_PAUSE * 2 ** Math.min(suspect.strikes, 10) : 0
  suspect.until = now + Math.min(Math.max(wait, doubled), LONGEST_PAUSE)
  suspect.strikes += 1
}
