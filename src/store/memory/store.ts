import { newInstallation } from '../installation.ts'
import { RevocationIndex } from '../process/revocation-index.ts'
import type { Store } from '../store.ts'
import { createMemoryCounters } from './counters.ts'
import { createMemoryRecords } from './records.ts'
import { createMemorySealed } from './sealed.ts'
import { createMemoryTokens } from './tokens.ts'

/**
 * Keeps everything in this process only: lost at exit, seen by nobody else. For tests and trials.
 *
 * @param now - milliseconds since the epoch, by which records expire and OAuth tokens are forgotten
 */
export function createMemoryStore(now: () => number = Date.now): Store {
  const counters = createMemoryCounters()
  const revocations = new RevocationIndex()
  let installation = newInstallation()

  return {
    fresh() {},
    revocations,
    get installation() {
      return installation
    },
    ...createMemoryTokens(() => ++revocations.sequence, now),
    async revoke(revocation) {
      const said = Object.freeze({ ...revocation, sequence: ++revocations.sequence })
      revocations.add([said])
      return said
    },
    async liftRevocation(kind, value) {
      if (revocations.find(kind, value) === undefined) return false
      revocations.remove(kind, value)
      revocations.sequence++
      return true
    },
    spend: charges => counters.spend(charges),
    ...createMemorySealed(),
    ...createMemoryRecords(now),
    async adopt(state) {
      installation = state.installation
      revocations.add(state.revocations)
      revocations.sequence = Math.max(revocations.sequence, state.sequence) + 1
    },
    async ready() {},
    async close() {},
  }
}
