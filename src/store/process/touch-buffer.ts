/** Collects "token was used" notes so that the path of a request never waits for a write. */
export interface TouchBuffer {
  /** Notes a use; costs one map entry. The latest time of each token wins. */
  note(id: string, at: number): void
  /** Writes what is pending now. Never rejects: what could not be written stays for the next time. */
  flush(): Promise<void>
  /** Writes what is pending and stops the timer. */
  close(): Promise<void>
}

/** How a {@link TouchBuffer} writes, and how often. */
export interface TouchBufferOptions {
  /** Writes one batch, token id → time in milliseconds. May throw or reject. */
  readonly write: (batch: ReadonlyMap<string, number>) => void | Promise<void>
  /** Least time between two batches, in milliseconds; default one minute. */
  readonly interval?: number
  /** How soon the first use after a quiet time is written, in milliseconds; default one second. */
  readonly delay?: number
}

/**
 * Makes a buffer that writes at most one batch per `interval`, so no token is written more often than that.
 * Its timer does not keep the process alive; `close` writes the rest.
 */
export function createTouchBuffer(options: TouchBufferOptions): TouchBuffer {
  const interval = options.interval ?? 60_000
  const delay = options.delay ?? 1_000
  let pending = new Map<string, number>()
  let timer: NodeJS.Timeout | undefined
  let notBefore = 0
  let closed = false

  function arm(): void {
    if (timer !== undefined || closed) return
    timer = setTimeout(flush, Math.max(delay, notBefore - performance.now())).unref()
  }

  async function flush(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    if (pending.size === 0) return
    const batch = pending
    pending = new Map()
    notBefore = performance.now() + interval
    try {
      await options.write(batch)
    } catch {
      // A lost "last used" time is no reason to fail a request; newer notes win over the batch put back.
      for (const [id, at] of batch) if (!pending.has(id)) pending.set(id, at)
      arm()
    }
  }

  return {
    note(id, at) {
      const known = pending.get(id)
      if (known === undefined || known < at) pending.set(id, at)
      arm()
    },
    flush,
    async close() {
      closed = true
      await flush()
    },
  }
}
