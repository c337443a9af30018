/** A bounded map whose entries hold for a time; the least recently used ones make room for new ones. */
export interface ExpiringCache<T> {
  /** The value, while it holds. */
  get(key: string, now: number): T | undefined
  /** The value that was kept last under this key, whether it still holds or not. */
  peek(key: string): T | undefined
  /** Keeps a value that is true since `from` for `lifetime` milliseconds; nothing for a lifetime of 0. */
  set(key: string, value: T, from: number, lifetime: number): void
  delete(key: string): void
}

/** Makes an empty cache for at most `size` entries. */
export function createExpiringCache<T>(size: number): ExpiringCache<T> {
  const entries = new Map<string, { readonly value: T; readonly from: number; readonly until: number }>()
  return {
    get(key, now) {
      const entry = entries.get(key)
      // A clock that was set back must not make an old answer young.
      if (entry === undefined || now >= entry.until || now < entry.from) return undefined
      entries.delete(key)
      entries.set(key, entry)
      return entry.value
    },
    delete: key => void entries.delete(key),
    peek: key => entries.get(key)?.value,
    set(key, value, from, lifetime) {
      entries.delete(key)
      if (lifetime <= 0) return
      entries.set(key, { value, from, until: from + lifetime })
      if (entries.size <= size) return
      const [oldest] = entries.keys()
      if (oldest !== undefined) entries.delete(oldest)
    },
  }
}
