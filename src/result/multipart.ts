/** One part of a multipart body. */
export interface Part {
  /** Lower-case names; the first of each. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: Buffer
}

/**
 * Takes a multipart body apart (RFC 2046 5.1): strict about delimiters, which start a line, and bounded in
 * parts and in header size. Undefined if the body does not follow the rules; preamble and epilogue are dropped.
 */
export function parseMultipart(body: Buffer, boundary: string | undefined): readonly Part[] | undefined {
  if (boundary === undefined || !/^[\x20-\x7e]{1,70}$/.test(boundary) || boundary.endsWith(' '))
    return undefined
  const delimiter = Buffer.from(`--${boundary}`)
  const parts: Part[] = []
  let start: number | undefined
  for (let at = findDelimiter(body, delimiter, 0); at !== undefined; ) {
    if (start !== undefined) {
      const part = parsePart(body.subarray(start, lineEndBefore(body, at)))
      if (part === undefined || parts.length >= MAX_PARTS) return undefined
      parts.push(part)
    }
    const after = at + delimiter.length
    if (body.subarray(after, after + 2).toString('latin1') === '--')
      return parts.length > 0 ? parts : undefined
    start = lineAfter(body, after)
    if (start === undefined) return undefined
    at = findDelimiter(body, delimiter, start)
  }
  return undefined
}

const MAX_PARTS = 32
const MAX_HEADER_BYTES = 8192
const LF = 0x0a
const CR = 0x0d

/** A delimiter counts only at the start of a line, and only if nothing but padding or `--` follows it. */
function findDelimiter(body: Buffer, delimiter: Buffer, from: number): number | undefined {
  for (let at = body.indexOf(delimiter, from); at !== -1; at = body.indexOf(delimiter, at + 1)) {
    const startsLine = at === 0 || body[at - 1] === LF
    const after = at + delimiter.length
    const closes = body.subarray(after, after + 2).toString('latin1') === '--'
    if (startsLine && (closes || lineAfter(body, after) !== undefined)) return at
  }
  return undefined
}

/** Where the next line starts if only spaces and tabs stand before its end. */
function lineAfter(body: Buffer, from: number): number | undefined {
  let at = from
  while (body[at] === 0x20 || body[at] === 0x09) at++
  if (body[at] === CR) at++
  return body[at] === LF ? at + 1 : undefined
}

function lineEndBefore(body: Buffer, at: number): number {
  return body[at - 2] === CR ? at - 2 : at - 1
}

function parsePart(part: Buffer): Part | undefined {
  const headers = new Map<string, string>()
  let at = 0
  while (at < part.length) {
    const end = part.indexOf(LF, at)
    if (end === -1 || end > MAX_HEADER_BYTES) return undefined
    const line = part.subarray(at, end).toString('latin1').trimEnd()
    at = end + 1
    if (line === '') return { headers, body: part.subarray(at) }
    const [, name, value = ''] = /^([^\s:]+)\s*:\s*(.*)$/.exec(line) ?? []
    if (name === undefined) return undefined
    if (!headers.has(name.toLowerCase())) headers.set(name.toLowerCase(), value)
  }
  return undefined
}
