import { type CatchUp, readCatchUp } from './read-catch-up.ts'
import type { RunScript } from './run-script.ts'
import { CATCH_UP } from './scripts/state.ts'

/** Revocations that are read at a time: one script holds up the server, and has to answer within a command's time. */
const PAGE = 5_000

/**
 * Asks Redis for all that was said since, page after page; see the script `CATCH_UP`. `changed` where something was
 * taken back or brought back meanwhile, undefined where there is no state. Where the asker has lost something, or the
 * server is not to be believed yet, only the first page is read.
 *
 * @param keys - state, version, revocations and log
 * @param point - what is known of `incarnation`
 * @throws PosternError `store_unavailable` for an answer that can't be understood, and what ioredis rejects with
 */
export async function catchUp(
  run: RunScript,
  keys: readonly string[],
  incarnation: string,
  point: string,
): Promise<CatchUp | 'changed' | undefined> {
  const page = async (after: string) =>
    readCatchUp(await run(CATCH_UP, keys, [incarnation, point, after, PAGE]))
  const first = await page('')
  if (first === undefined || first.isLost || first.wait > 0) return first
  if (incarnation !== '' && first.incarnation !== incarnation) return first
  const revocations = [...first.revocations]
  let last = first
  while (last.next !== undefined) {
    const further = await page(last.next)
    if (further?.incarnation !== first.incarnation || further.reload !== first.reload) return 'changed'
    for (const revocation of further.revocations) revocations.push(revocation)
    last = further
  }
  return { ...last, isWhole: first.isWhole, revocations }
}
