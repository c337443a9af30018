import { hash } from 'node:crypto'
import type { Principal } from '../auth/principal.ts'
import { listDefinitions } from '../catalogue/list-definitions.ts'
import type { Profile } from '../catalogue/profiles/client-limits.ts'
import type { Tool } from '../catalogue/tool.ts'

/** Most bytes of prepared lists that are kept per door; the one used longest ago goes first. */
export const MAX_PREPARED_BYTES = 64 * 1024 * 1024

/**
 * The JSON array of the tools that a caller may see, serialised once per set of tools and kind of client. Callers
 * with the same set share the bytes; a principal that was seen before costs one look-up.
 */
export class ToolLists {
  readonly #visibleTools: (principal: Principal) => readonly Tool[]
  readonly #maxBytes: number
  #keys = new WeakMap<Principal, string>()
  readonly #lists = new Map<string, Buffer>()
  #bytes = 0

  constructor(
    visibleTools: (principal: Principal) => readonly Tool[],
    maxBytes: number = MAX_PREPARED_BYTES,
  ) {
    this.#visibleTools = visibleTools
    this.#maxBytes = maxBytes
  }

  /** `[…]`, the value of `tools` in a `tools/list` result. Shared: must not be written to. */
  bytesFor(principal: Principal, profile: Profile = 'default'): Buffer {
    const known = this.#keys.get(principal)
    if (known !== undefined) {
      const list = keyOf(known, profile)
      const prepared = this.#lists.get(list)
      if (prepared !== undefined) return this.#used(list, prepared)
    }
    const tools = this.#visibleTools(principal)
    const set = hash('sha256', tools.map(tool => tool.name).join('\n'), 'base64')
    this.#keys.set(principal, set)
    const key = keyOf(set, profile)
    const shared = this.#lists.get(key)
    return shared === undefined ? this.#keep(key, listDefinitions(tools, profile)) : this.#used(key, shared)
  }

  /** Forgets every list, because the tools or the policy changed. */
  forget(): void {
    this.#keys = new WeakMap()
    this.#lists.clear()
    this.#bytes = 0
  }

  #used(key: string, bytes: Buffer): Buffer {
    if (this.#lists.size > 1) {
      this.#lists.delete(key)
      this.#lists.set(key, bytes)
    }
    return bytes
  }

  #keep(key: string, bytes: Buffer): Buffer {
    this.#lists.set(key, bytes)
    this.#bytes += bytes.length
    for (const [oldest, list] of this.#lists) {
      if (this.#bytes <= this.#maxBytes || oldest === key) break
      this.#lists.delete(oldest)
      this.#bytes -= list.length
    }
    return bytes
  }
}

function keyOf(set: string, profile: Profile): string {
  return profile === 'default' ? set : `${profile} ${set}`
}
