import { PosternError } from '../errors.ts'

/**
 * Cuts a byte stream into lines, without keeping more than `limit` bytes of one. A line that is longer yields
 * one `payload_too_large`, and the rest of it is skipped. Empty lines are left out; a carriage return before
 * the line feed is whitespace in JSON and stays.
 */
export async function* readLines(
  input: AsyncIterable<Buffer | string>,
  limit: number,
): AsyncGenerator<Buffer | PosternError> {
  let kept: Buffer[] = []
  let length = 0
  let skipping = false
  for await (const chunk of input) {
    let rest = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
    while (rest.length > 0) {
      const end = rest.indexOf(LINE_FEED)
      const part = end === -1 ? rest : rest.subarray(0, end)
      rest = end === -1 ? rest.subarray(rest.length) : rest.subarray(end + 1)
      length += part.length
      if (!skipping && length > limit) {
        skipping = true
        kept = []
        yield new PosternError('payload_too_large')
      }
      if (!skipping) kept.push(part)
      if (end === -1) continue
      if (!skipping && length > 0) yield Buffer.concat(kept)
      kept = []
      length = 0
      skipping = false
    }
  }
  if (!skipping && length > 0) yield Buffer.concat(kept)
}

const LINE_FEED = 0x0a
