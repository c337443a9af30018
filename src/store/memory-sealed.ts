import type { SealedRecords } from './sealed-records.ts'

/** Keeps sealed credentials in this process only. */
export function createMemorySealed(): SealedRecords {
  const values = new Map<string, string>()
  return {
    getSealed: async key => values.get(key),
    async putSealed(key, value) {
      values.set(key, value)
    },
    async replaceSealed(key, before, after) {
      if (values.get(key) !== before) return false
      values.set(key, after)
      return true
    },
    deleteSealed: async key => values.delete(key),
    listSealed: async () => [...values.keys()].sort(),
  }
}
