import type { Principal } from '../../auth/principal.ts'
import type { Door } from '../door.ts'
import { areTogether } from './are-together.ts'
import { isAffected } from './is-affected.ts'
import type { ResourceChange } from './resource-changes.ts'

/**
 * Those of the URIs that this caller may read, each once, at most {@link MOST_WATCHED} and {@link MOST_WATCHED_TEXT};
 * the others are as if they were not there.
 */
export function watchableUris(uris: readonly string[], principal: Principal, door: Door): readonly string[] {
  const watchable: string[] = []
  let length = 0
  for (const uri of new Set(uris)) {
    if (watchable.length === MOST_WATCHED) break
    if (length + uri.length > MOST_WATCHED_TEXT || !isReadable(uri, principal, door)) continue
    watchable.push(uri)
    length += uri.length
  }
  return watchable
}

/** Whether the URI leads to a resource that this caller may read. Its values are not looked at. */
export function isReadable(uri: string, principal: Principal, { server, visibleResources }: Door): boolean {
  const found = server.resources?.find(uri)
  return found !== undefined && visibleResources(principal).includes(found.tool)
}

/** What somebody wants to be told of. */
export interface Watch {
  /** Read at each change, as they may become more and less. */
  readonly uris: () => Iterable<string>
  /** Who it is, as of when they subscribed. */
  readonly principal: Principal
  /** Who it is now. Throws or rejects where their credential is no longer good. */
  readonly identify: () => Principal | Promise<Principal>
  readonly tell: (uri: string) => void
}

/**
 * Tells of each URI whose resource may have changed, as long as the caller may read it: streams stay open for hours, and
 * credentials and rights end sooner. Returns what ends it.
 */
export function watchResources(watch: Watch, door: Door): () => void {
  let isOver = false
  const told: Watch = { ...watch, tell: uri => !isOver && watch.tell(uri) }
  const unsubscribe = door.resourceChanges.subscribe(change => {
    // First of all: what others do must not cost more with everything that somebody else subscribed to.
    if (areTogether(watch.principal, change.principal)) void tellOf(change, told, door)
  })
  return () => {
    isOver = true
    unsubscribe()
  }
}

async function tellOf(change: ResourceChange, watch: Watch, door: Door): Promise<void> {
  const affected = [...watch.uris()].filter(uri => concerns(uri, watch.principal, change, door))
  if (affected.length === 0) return
  try {
    const principal = await watch.identify()
    for (const uri of affected) if (concerns(uri, principal, change, door)) watch.tell(uri)
  } catch {
    // Their next request is told so, and a stream ends at its next beat.
  }
}

/** Found anew each time: a reload may have given the URI another meaning, or the caller other rights. */
function concerns(uri: string, principal: Principal, change: ResourceChange, door: Door): boolean {
  const found = door.server.resources?.find(uri)
  if (found === undefined || !isAffected(found, principal, change)) return false
  return door.visibleResources(principal).includes(found.tool)
}

/** Most resources that one subscription is told of, and most characters of their URIs together. */
export const MOST_WATCHED = 256
export const MOST_WATCHED_TEXT = 64 * 1024
