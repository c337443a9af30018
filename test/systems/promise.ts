import type { Test } from 'tap'

/**
 * A subtest that shows something that a system's document promises. `docs/systems.json` lists it with whether it
 * passes; names are written where they are used, as literals, so that the list can be compared with the files.
 *
 * @param document - number of the document, the first three digits of its file's name
 * @param words - the promise, in our own words
 */
export function promise(
  t: Test,
  document: string,
  words: string,
  show: (t: Test) => unknown,
): Promise<unknown> {
  return t.test(`${document}: ${words}`, async t => void (await show(t)))
}
