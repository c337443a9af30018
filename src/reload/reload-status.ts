import { PosternError } from '../errors.ts'

/** How the latest attempt at a reload went, and how often there was one; for probes and metrics. */
export class ReloadStatus {
  /** New configurations and documents put in force since the start. */
  reloads = 0
  /** Attempts that changed nothing, since the new configuration or a document can't be served. */
  reloadFailures = 0
  /** Milliseconds since the epoch; undefined before the first. */
  lastReloadAt: number | undefined
  /** Set while what serves is not what the files or addresses hold now. */
  failure: ReloadFailure | undefined
  #confirmedAt = new Map<string, number>()

  /**
   * Seconds since the document that was confirmed longest ago was loaded, or its origin said that nothing changed;
   * undefined where all documents are files, which are watched.
   */
  get documentAge(): number | undefined {
    if (this.#confirmedAt.size === 0) return undefined
    return Math.max(0, Math.floor((Date.now() - Math.min(...this.#confirmedAt.values())) / 1000))
  }

  /** The first documents are in force. @param apis - names of those whose documents have addresses */
  loaded(apis: readonly string[]): void {
    const now = Date.now()
    this.#confirmedAt = new Map(apis.map(api => [api, now]))
  }

  /** Something new is in force. @param apis - as for {@link ReloadStatus.loaded} */
  succeeded(apis: readonly string[]): void {
    this.reloads += 1
    this.lastReloadAt = Date.now()
    this.failure = undefined
    this.loaded(apis)
  }

  /**
   * What served before still does.
   *
   * @returns whether this failure is another than the one before, so that it is news
   */
  failed(error: unknown): boolean {
    this.reloadFailures += 1
    const reason = reasonOf(error)
    if (this.failure?.reason === reason) return false
    this.failure = { since: this.failure?.since ?? Date.now(), code: codeOf(error), reason }
    return true
  }

  /** What the document of an API was loaded from has not changed. */
  confirmed(api: string): void {
    if (this.#confirmedAt.has(api)) this.#confirmedAt.set(api, Date.now())
  }
}

/** Why what serves is older than it could be. */
export interface ReloadFailure {
  /** Of the first failure since the last success, in milliseconds since the epoch. */
  readonly since: number
  /** One of `errors.ts`, or `internal_error`. */
  readonly code: string
  /** In full, for telling failures apart. May name files; not for the public. */
  readonly reason: string
}

function codeOf(error: unknown): string {
  return error instanceof PosternError ? error.code : 'internal_error'
}

function reasonOf(error: unknown): string {
  const problems = error instanceof PosternError ? error.data?.problems : undefined
  const message = error instanceof Error ? error.message : String(error)
  return `${codeOf(error)} ${message} ${problems === undefined ? '' : JSON.stringify(problems)}`
}
