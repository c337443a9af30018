import type { Resource } from './without-absent.ts'

/**
 * Prepares Prism's router, which takes apart the path of every operation for every request: leaves out those of
 * another number of segments, and those with other words in segments that are no parameters. It would take none of
 * these; among the others, which keep their order, it finds what it would find among all.
 */
export function createCandidateFinder(
  operations: readonly Resource[],
): (path: string) => readonly Resource[] {
  const known = operations.map(operation => ({ operation, words: segments(operation.path).map(wordOf) }))
  const byLength = Map.groupBy(known, ({ words }) => words.length)
  return path => {
    const own = segments(path)
    const sameLength = byLength.get(own.length) ?? []
    const fits = (word: string | undefined, index: number) => word === undefined || word === own[index]
    return sameLength.filter(({ words }) => words.every(fits)).map(({ operation }) => operation)
  }
}

/** Decoded as the router does, segment by segment. */
function segments(path: string): readonly string[] {
  return path.split('/').map(segment => {
    try {
      return decodeURIComponent(segment)
    } catch {
      return segment
    }
  })
}

/** Undefined for a segment with a parameter in it, as the router tells them. */
function wordOf(segment: string): string | undefined {
  return /{(.+)}/.test(segment) ? undefined : segment
}
