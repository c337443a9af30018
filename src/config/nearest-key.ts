/**
 * The known key that was most likely meant: the same letters in another case or with other word marks, or at
 * most two slips of the keyboard away (one for short keys). Undefined if none is near.
 */
export function nearestKey(key: string, known: readonly string[]): string | undefined {
  const same = known.find(candidate => plain(candidate) === plain(key))
  if (same !== undefined) return same
  const reach = key.length < 5 ? 1 : 2
  let best: string | undefined
  let bestDistance = reach + 1
  for (const candidate of known) {
    const distance = editDistance(key.toLowerCase(), candidate.toLowerCase(), reach)
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance]
  }
  return best
}

function plain(key: string): string {
  return key.toLowerCase().replace(/[-_ ]/g, '')
}

/** Optimal string alignment distance; anything above `limit` counts as `limit + 1`. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1
  let before: number[] = []
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1
      let distance = Math.min(at(row, j) + 1, at(next, j - 1) + 1, at(row, j - 1) + cost)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        distance = Math.min(distance, at(before, j - 2) + 1)
      }
      next.push(distance)
    }
    before = row
    row = next
  }
  return Math.min(at(row, b.length), limit + 1)
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY
}
