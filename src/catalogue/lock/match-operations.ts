import type { OperationIdentity } from './lock-file.ts'

/**
 * Finds for operations which earlier ones they are, by what stays when a document changes: method and path, else
 * both but for the names of the path's parameters, else the operationId. What is not unambiguous is not matched.
 *
 * @returns later → earlier; each earlier one at most once
 */
export function matchOperations<Earlier extends OperationIdentity, Later extends OperationIdentity>(
  earlier: readonly Earlier[],
  later: readonly Later[],
): ReadonlyMap<Later, Earlier> {
  const found = new Map<Later, Earlier>()
  const used = new Set<Earlier>()
  for (const key of [exact, shape, byId]) {
    const candidates = groupUnique(
      earlier.filter(one => !used.has(one)),
      key,
    )
    const open = groupUnique(
      later.filter(one => !found.has(one)),
      key,
    )
    for (const [identity, one] of open) {
      const match = candidates.get(identity)
      if (match === undefined) continue
      found.set(one, match)
      used.add(match)
    }
  }
  return found
}

const exact = ({ method, path }: OperationIdentity) => `${method} ${path}`
const shape = ({ method, path }: OperationIdentity) => `${method} ${path.replace(/\{[^{}]*\}/g, '{}')}`
const byId = ({ operationId }: OperationIdentity) => operationId

/** Those whose key nobody shares. */
function groupUnique<T>(all: readonly T[], key: (one: T) => string | undefined): Map<string, T> {
  const groups = Map.groupBy(all, key)
  const unique = new Map<string, T>()
  for (const [identity, members] of groups) {
    const [only, ...others] = members
    if (identity !== undefined && only !== undefined && others.length === 0) unique.set(identity, only)
  }
  return unique
}
