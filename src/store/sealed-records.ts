/**
 * Sealed upstream credentials, as they are kept: text that only the holder of a sealing key can open. A store
 * neither opens nor understands it. Part of the contract of `store.ts`, with its promises: what has been answered is
 * durable and seen by every process that shares the store; one that can't be asked rejects with `store_unavailable`.
 *
 * Keys are visible ASCII without spaces and braces, at most {@link LONGEST_SEALED_KEY} characters.
 */
export interface SealedRecords {
  /** The value under this key, or undefined. Always the truth of the moment, never from a cache. */
  getSealed(key: string): Promise<string | undefined>
  /** Makes or replaces a value. */
  putSealed(key: string, value: string): Promise<void>
  /**
   * Puts `after` in the place of `before`, atomically; false, and nothing changed, where the key holds anything else
   * by now. So a value that was read can be written anew without bringing back one that was deleted meanwhile.
   */
  replaceSealed(key: string, before: string, after: string): Promise<boolean>
  /** Removes a value; false if there was none. */
  deleteSealed(key: string): Promise<boolean>
  /** The keys of all values of this installation, in the order of their characters. */
  listSealed(): Promise<readonly string[]>
}

/** Longest key, in characters. */
export const LONGEST_SEALED_KEY = 2_048
