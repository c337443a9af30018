/** What {@link matchingPage} reads from. */
export interface MatchingQuery<Thing> {
  /** At most `limit` in the order of the list, after the one of this id; fewer only at the end. */
  readonly read: (after: string | undefined, limit: number) => Promise<readonly Thing[]>
  /** Undefined: all do. */
  readonly matches: ((thing: Thing) => boolean) | undefined
  readonly after: string | undefined
  /** Most that are answered. */
  readonly limit: number
}

/** One page of a list. */
export interface MatchingPage<Thing> {
  readonly things: readonly Thing[]
  /** What to go on after; undefined: there is nothing more. */
  readonly next: string | undefined
}

/**
 * One page of those that match, of a list that can’t be asked for them alone. One request looks at {@link MOST_READ} at
 * most, so a page may have less than `limit`, and even nothing, and yet a `next`.
 */
export async function matchingPage<Thing extends { readonly id: string }>({
  read,
  matches,
  after,
  limit,
}: MatchingQuery<Thing>): Promise<MatchingPage<Thing>> {
  const things: Thing[] = []
  let last = after
  // One more, to know whether there is a next page; where few may match, not few at a time.
  const batch = matches === undefined ? limit + 1 : Math.max(limit + 1, BATCH)
  for (let looked = 0; looked < MOST_READ; ) {
    const size = Math.min(batch, MOST_READ - looked)
    const found = await read(last, size)
    for (const thing of found) {
      if (matches?.(thing) ?? true) {
        if (things.length === limit) return { things, next: things.at(-1)?.id }
        things.push(thing)
      }
      last = thing.id
    }
    if (found.length < size) return { things, next: undefined }
    looked += found.length
  }
  return { things, next: last }
}

/** As many as are read for one request. */
export const MOST_READ = 5_000
const BATCH = 200
