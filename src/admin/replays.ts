import { hash } from 'node:crypto'
import type { Charge } from '../store/counter.ts'
import type { Store } from '../store/store.ts'

/** Remembers, for all instances, which signed messages have been acted upon, for longer than a signature is taken. */
export interface Replays {
  /** Whether this very message, id and body, has been acted upon. */
  has(id: string, body: Buffer): Promise<boolean>
  /** Remembers that it has. What can't be written is not remembered: the message was acted upon all the same. */
  note(id: string, body: Buffer): Promise<void>
}

/** Milliseconds; a signature is taken from five minutes before to five minutes after its time. */
const WINDOW = 15 * 60_000

/**
 * Keeps them as counters that have room for one. A message is noted only after it was acted upon: one that failed half
 * way must be acted upon when it is sent again.
 */
export function createReplays(store: Pick<Store, 'spend'>): Replays {
  return {
    async has(id, body) {
      // Asked for together with what never fits, nothing is counted, and the answer says what is left.
      const { balances } = await store.spend([markOf(id, body), NEVER])
      return balances[0]?.remaining === 0
    },
    async note(id, body) {
      try {
        await store.spend([markOf(id, body)])
      } catch {
        // As documented.
      }
    },
  }
}

const ALLOWANCE = { quota: 1, window: WINDOW, burst: undefined }
const NEVER: Charge = { key: 'webhook:never', allowance: ALLOWANCE, amount: 2 }

function markOf(id: string, body: Buffer): Charge {
  // An id has no space, so no other pair reads the same.
  const digest = hash('sha256', Buffer.concat([Buffer.from(`${id} `), body]), 'base64url')
  return { key: `webhook:${digest}`, allowance: ALLOWANCE, amount: 1 }
}
