import type { SealedRecords } from '../sealed-records.ts'

/** Keeps sealed credentials in this process only. */
export function createMemorySealed(): SealedRecords {
  const sealed = new Map<string, string>()
  return {
    async getSealed(key) {
      return sealed.get(key)
    },
    async putSealed(key, value) {
      sealed.set(key, value)
    },
    async replaceSealed(key, before, after) {
      if (sealed.get(key) !== before) return false
      sealed.set(key, after)
      return true
    },
    async deleteSealed(key) {
      return sealed.delete(key)
    },
    async listSealed() {
      return [...sealed.keys()].sort()
    },
  }
}
