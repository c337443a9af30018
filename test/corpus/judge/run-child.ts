import { execFile } from 'node:child_process'
import { join } from 'node:path'

/** The children: what they do for each of some documents, printed as one JSON list. */
export type Child = 'round-trip-child' | 'measure-child' | 'offline-child'

const LARGEST = 256 * 1_048_576

/**
 * Runs one of the children for documents, in a process of its own: for its memory, and so that two can run at a
 * time.
 *
 * @throws Error with what the child wrote to standard error, if it failed
 */
export function runChild<Result>(child: Child, documents: readonly string[]): Promise<readonly Result[]> {
  const file = join(import.meta.dirname, `${child}.ts`)
  const { promise, resolve, reject } = Promise.withResolvers<readonly Result[]>()
  const args = ['--expose-gc', '--max-old-space-size=3072', file, ...documents]
  execFile(process.execPath, args, { maxBuffer: LARGEST }, (error, stdout, stderr) => {
    if (error === null) resolve(JSON.parse(stdout))
    else reject(new Error(`${documents.join(', ')}: ${stderr.slice(-2_000)}`, { cause: error }))
  })
  return promise
}

/** Maps a list with at most `width` at a time, in order of the list. */
export async function mapParallel<Item, Result>(
  items: readonly Item[],
  width: number,
  map: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = []
  const queue = items.entries()
  const work = async () => {
    for (const [index, item] of queue) results[index] = await map(item)
  }
  await Promise.all(Array.from({ length: width }, work))
  return results
}
