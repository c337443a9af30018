import type { Principal } from '../../auth/principal.ts'
import type { JsonObject, Tool } from '../../catalogue/tool.ts'

/** A call that changed something behind the gateway, as far as can be told: the backend took it. */
export interface ResourceChange {
  /** The tool that was called; no read tool. */
  readonly tool: Tool
  /** What it was called with, bound arguments included. */
  readonly arguments: JsonObject
  /** Who called it. */
  readonly principal: Principal
}

/**
 * Passes on the calls of this process that changed something, to whoever has subscribed to resources. A REST API tells
 * nobody of its changes, so what others do to it, also through other instances, is not known here.
 */
export class ResourceChanges {
  readonly #listeners = new Set<(change: ResourceChange) => void>()

  /** Adds a listener and returns what removes it again. */
  subscribe(listener: (change: ResourceChange) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Tells every listener; costs nothing where there is none. */
  notify(change: ResourceChange): void {
    if (this.#listeners.size === 0) return
    for (const listener of [...this.#listeners]) listener(change)
  }
}
