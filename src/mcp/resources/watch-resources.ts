import type { Principal } from '../../auth/principal.ts'
import type { Door } from '../door.ts'
import { isAffected } from './is-affected.ts'

/**
 * Those of the URIs that this caller may read, each once and at most {@link MOST_WATCHED}; the others are as if they
 * were not there.
 */
export function watchableUris(uris: readonly string[], principal: Principal, door: Door): readonly string[] {
  const watchable: string[] = []
  for (const uri of new Set(uris)) {
    if (watchable.length === MOST_WATCHED) break
    if (isReadable(uri, principal, door)) watchable.push(uri)
  }
  return watchable
}

/** Whether the URI leads to a resource that this caller may read. Its values are not looked at. */
export function isReadable(uri: string, principal: Principal, { server, visibleResources }: Door): boolean {
  const found = server.resources?.find(uri)
  return found !== undefined && visibleResources(principal).includes(found.tool)
}

/**
 * Tells of each URI whose resource may have changed, as long as the caller may read it. Returns what ends it.
 *
 * @param watched - each URI and who asked for it; read at each change, as they may become more and less
 */
export function watchResources(
  watched: () => Iterable<readonly [uri: string, principal: Principal]>,
  door: Door,
  tell: (uri: string) => void,
): () => void {
  return door.resourceChanges.subscribe(change => {
    for (const [uri, principal] of watched()) {
      // Found anew each time: a reload may have given the URI another meaning, or the caller other rights.
      const found = door.server.resources?.find(uri)
      if (found === undefined || !isAffected(found, principal, change)) continue
      if (door.visibleResources(principal).includes(found.tool)) tell(uri)
    }
  })
}

/** Most resources that one subscription is told of. */
export const MOST_WATCHED = 256
