/** One event of a `text/event-stream`, as far as MCP uses them. */
export interface ServerEvent {
  /** The event's `data` lines, joined with `\n`; empty for an event that only sets the id. */
  readonly data: string
  /** The last event id, for resuming; undefined where the stream has set none. */
  readonly id: string | undefined
  /** The reconnection time in milliseconds that the stream last asked for; undefined where it asked for none. */
  readonly retry: number | undefined
}

/**
 * Parses a byte stream as server-sent events (WHATWG HTML section 9.2.6): UTF-8 with an optional BOM, lines end
 * with `\n`, `\r\n` or `\r`, comments are dropped, an event the stream breaks off in is dropped too.
 *
 * @param limit - most characters of one event
 * @throws Error when an event is larger.
 */
export async function* parseEvents(
  body: AsyncIterable<Uint8Array>,
  limit: number,
): AsyncGenerator<ServerEvent> {
  const decoder = new TextDecoder()
  const event: Draft = { data: [], id: undefined, idSeen: false, retry: undefined, size: 0 }
  let partial = ''
  let afterReturn = false
  for await (const chunk of body) {
    const decoded = decoder.decode(chunk, { stream: true })
    if (decoded === '') continue
    // A `\r` that ended the last chunk ended its line; a `\n` right after it belongs to it.
    const text = afterReturn && decoded.startsWith('\n') ? decoded.slice(1) : decoded
    afterReturn = decoded.endsWith('\r')
    const lines = text.split(/\r\n|\n|\r/)
    lines[0] = partial + (lines[0] ?? '')
    partial = lines.pop() ?? ''
    for (const line of lines) {
      const done = takeLine(event, line)
      if (done !== undefined) yield done
    }
    if (event.size + partial.length > limit) throw new Error(`an event is larger than ${limit} characters`)
  }
}

interface Draft {
  data: string[]
  id: string | undefined
  idSeen: boolean
  retry: number | undefined
  size: number
}

function takeLine(draft: Draft, line: string): ServerEvent | undefined {
  if (line === '') return finish(draft)
  const colon = line.indexOf(':')
  const field = colon === -1 ? line : line.slice(0, colon)
  const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '')
  if (field === 'data') {
    draft.data.push(value)
    draft.size += value.length + 1
  } else if (field === 'id' && !value.includes('\0')) {
    draft.id = value
    draft.idSeen = true
  } else if (field === 'retry' && /^\d{1,9}$/.test(value)) {
    draft.retry = Number(value)
  }
  return undefined
}

function finish(draft: Draft): ServerEvent | undefined {
  const { data, id, idSeen, retry } = draft
  draft.data = []
  draft.idSeen = false
  draft.size = 0
  return data.length > 0 || idSeen ? { data: data.join('\n'), id, retry } : undefined
}
