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
  readonly #identify: () => Principal | Promise<Principal>
  readonly #watched = new Set<string>()
  #stopWatching: (() => void) | undefined
  #stop: (() => void) | undefined

  /** @param identify - who the client speaks for now; throws or rejects where their credential is no longer good */
  constructor(door: Door, send: (message: string) => void, identify: () => Principal | Promise<Principal>) {
    this.#door = door
    this.#send = send
    this.#identify = identify
  }

  /** From now on the client may be told: it has said that it is ready. Repeating is harmless. */
  open(): void {
    const door = this.#door
    this.#stop ??= door.toolsChanged.subscribe({
      changed: () => {
        for (const { method, isThere } of LISTS) if (isThere(door)) this.#send(notification(method, ''))
      },
      closed: () => this.#stopWatching?.(),
    })
  }

  /** What the requests of one caller change. */
  watchedBy(principal: Principal): Watched {
    return {
      add: uri => {
        if (this.#watched.size >= MOST_WATCHED && !this.#watched.has(uri)) return false
        this.#watched.add(uri)
        this.#stopWatching ??= this.#watch(principal)
        return true
      },
      delete: uri => void this.#watched.delete(uri),
    }
  }

  close(): void {
    this.#stopWatching?.()
    this.#stop?.()
  }

  /** On a pipe there is one credential, so whoever subscribes first is whoever does. */
  #watch(principal: Principal): () => void {
    const tell = (uri: string) => {
      if (this.#stop !== undefined) this.#send(notification(UPDATED, `"uri":${JSON.stringify(uri)}`))
    }
    const watch = { uris: () => this.#watched, principal, identify: this.#identify, tell }
    return watchResources(watch, this.#door)
  }
}
