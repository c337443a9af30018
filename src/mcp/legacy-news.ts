import type { Principal } from '../auth/principal.ts'
import type { Door } from './door.ts'
import { LISTS, notification, UPDATED } from './listen.ts'
import type { Watched } from './message-context.ts'
import { MOST_WATCHED, watchResources } from './resources/watch-resources.ts'

/**
 * What a client of the legacy era is told unasked, on the one transport where that reaches it: standard output. Over
 * HTTP it would take a session and a stream, and there are none.
 */
export class LegacyNews {
  readonly #door: Door
  readonly #send: (message: string) => void
  readonly #tell: (message: string) => void
  /** By URI: who asked to be told of it. */
  readonly #watched = new Map<string, Principal>()
  #stop: (() => void) | undefined

  /** @param tell - takes what says that a resource may have changed */
  constructor(door: Door, send: (message: string) => void, tell: (message: string) => void) {
    this.#door = door
    this.#send = send
    this.#tell = tell
  }

  /** From now on the client may be told: it has said that it is ready. Repeating is harmless. */
  open(): void {
    if (this.#stop !== undefined) return
    const door = this.#door
    const stopWatching = watchResources(
      () => this.#watched,
      door,
      uri => this.#tell(notification(UPDATED, `"uri":${JSON.stringify(uri)}`)),
    )
    const unsubscribe = door.toolsChanged.subscribe({
      changed: () => {
        for (const { method, isThere } of LISTS) if (isThere(door)) this.#send(notification(method, ''))
      },
      closed: stopWatching,
    })
    this.#stop = () => {
      stopWatching()
      unsubscribe()
    }
  }

  /** What the requests of one caller change. */
  watchedBy(principal: Principal): Watched {
    return {
      add: uri => {
        if (this.#watched.size >= MOST_WATCHED && !this.#watched.has(uri)) return false
        this.#watched.set(uri, principal)
        return true
      },
      delete: uri => void this.#watched.delete(uri),
    }
  }

  close(): void {
    this.#stop?.()
  }
}
