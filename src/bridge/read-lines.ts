/**
 * Cuts a byte stream into lines at `\n` alone, as the stdio transport frames messages; a `\r` before it and
 * empty lines are dropped. (`node:readline` also cuts at U+2028, which JSON allows inside strings.)
 *
 * @param limit - most bytes of one line
 * @throws Error when a line is longer.
 */
export async function* readLines(
  input: AsyncIterable<Uint8Array | string>,
  limit: number,
): AsyncGenerator<string> {
  let parts: Uint8Array[] = []
  let length = 0
  for await (const chunk of input) {
    let rest = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
    for (let end = rest.indexOf(NEWLINE); end !== -1; end = rest.indexOf(NEWLINE)) {
      yield* text([...parts, rest.subarray(0, end)])
      parts = []
      length = 0
      rest = rest.subarray(end + 1)
    }
    parts.push(rest)
    length += rest.length
    if (length > limit) throw new Error(`a line is longer than ${limit} bytes`)
  }
  yield* text(parts)
}

const NEWLINE = 10

function* text(parts: readonly Uint8Array[]): Generator<string> {
  const line = Buffer.concat(parts).toString('utf8').trim()
  if (line !== '') yield line
}
