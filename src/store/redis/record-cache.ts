import type { Revocation } from '../revocation.ts'
import type { TokenRecord } from '../store.ts'

/** Records kept; a full map is simply emptied. */
const SIZE = 10_000
/** How long one is kept without having been read again, in milliseconds, should somebody have changed it by hand. */
const LIFETIME = 10_000

/** Token records as they were read, until something is said about their tokens. */
export class RecordCache {
  readonly #byHash = new Map<string, { readonly record: TokenRecord; readonly readAt: number }>()
  readonly #hashOf = new Map<string, string>()
  /** Raised whenever something is forgotten: what was asked for before must not be kept afterwards. */
  generation = 0

  get(hash: string): TokenRecord | undefined {
    const known = this.#byHash.get(hash)
    return known !== undefined && performance.now() - known.readAt < LIFETIME ? known.record : undefined
  }

  /** @param generation - as it was before the record was asked for */
  set(record: TokenRecord, generation: number): void {
    if (generation !== this.generation) return
    if (this.#byHash.size >= SIZE) this.forget(undefined)
    this.#byHash.set(record.hash, { record, readAt: performance.now() })
    this.#hashOf.set(record.id, record.hash)
  }

  /** Forgets the tokens that these are about; undefined: all. */
  forget(said: readonly Revocation[] | undefined): void {
    this.generation++
    if (said === undefined) {
      this.#byHash.clear()
      this.#hashOf.clear()
      return
    }
    for (const { kind, value } of said) {
      const hash = kind === 'credential' ? this.#hashOf.get(value) : undefined
      if (hash === undefined) continue
      this.#byHash.delete(hash)
      this.#hashOf.delete(value)
    }
  }
}
