/** Who is told when the tools change, and when there is nothing more to tell. */
export interface ToolsChangedListener {
  /** The tools may differ from before. */
  readonly changed: () => void
  /** The instance shuts down: end the subscription in good order. Called once, and last. */
  readonly closed: () => void
}

/**
 * Passes on that the tools of a server changed, to `subscriptions/listen` streams and to prepared lists. The
 * composition root calls {@link ToolsChanged.notify} after a reload and {@link ToolsChanged.close} when the
 * instance drains.
 */
export class ToolsChanged {
  readonly #listeners = new Set<ToolsChangedListener>()
  #closed = false

  /** True once {@link ToolsChanged.close} was called; whoever subscribes afterwards is told `closed` at once. */
  get isClosed(): boolean {
    return this.#closed
  }

  /** Adds a listener and returns what removes it again. */
  subscribe(listener: ToolsChangedListener): () => void {
    if (this.#closed) {
      listener.closed()
      return () => {}
    }
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Tells every listener that the tools may differ from before. */
  notify(): void {
    for (const listener of [...this.#listeners]) listener.changed()
  }

  /** Tells every listener to end; repeating is harmless. */
  close(): void {
    this.#closed = true
    const listeners = [...this.#listeners]
    this.#listeners.clear()
    for (const listener of listeners) listener.closed()
  }
}
