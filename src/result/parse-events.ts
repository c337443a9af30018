/** One event of a `text/event-stream`. */
export interface ServerEvent {
  /** The event's name, `message` where the stream says nothing else. */
  readonly event: string
  /** The event's `data` lines, joined with `\n`; empty for an event that only sets the id. */
  readonly data: string
  /** The last event id, for resuming; undefined where the stream has set none. */
  readonly id: string | undefined
  /** The reconnection time in milliseconds that the stream last asked for; undefined where it asked for none. */
  readonly retry: number | undefined
}

/**
 * Makes a parser of server-sent events (WHATWG HTML section 9.2.6) that is fed a stream's bytes as they come and
 * gives the events that they complete: UTF-8 with an optional BOM, lines end with `\n`, `\r\n` or `\r`, comments
 * are dropped. An event that the stream breaks off in never comes out.
 *
 * @param limit - most characters of one event
 * @returns a function that throws an Error when an event is larger
 */
export function createEventParser(limit: number): (chunk: Uint8Array) => readonly ServerEvent[] {
  const decoder = new TextDecoder()
  const draft: Draft = { event: '', data: [], id: undefined, idSeen: false, retry: undefined, size: 0 }
  let partial = ''
  let afterReturn = false
  return chunk => {
    const decoded = decoder.decode(chunk, { stream: true })
    if (decoded === '') return []
    // A `\r` that ended the last chunk ended its line; a `\n` right after it belongs to it.
    const text = afterReturn && decoded.startsWith('\n') ? decoded.slice(1) : decoded
    afterReturn = decoded.endsWith('\r')
    const lines = text.split(/\r\n|\n|\r/)
    lines[0] = partial + (lines[0] ?? '')
    partial = lines.pop() ?? ''
    const events: ServerEvent[] = []
    for (const line of lines) {
      const done = takeLine(draft, line)
      if (done !== undefined) events.push(done)
    }
    if (draft.size + partial.length > limit) throw new Error(`an event is larger than ${limit} characters`)
    return events
  }
}

interface Draft {
  event: string
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
  } else if (field === 'event') {
    draft.event = value
  } else if (field === 'id' && !value.includes('\0')) {
    draft.id = value
    draft.idSeen = true
  } else if (field === 'retry' && /^\d{1,9}$/.test(value)) {
    draft.retry = Number(value)
  }
  return undefined
}

function finish(draft: Draft): ServerEvent | undefined {
  const { event, data, id, idSeen, retry } = draft
  draft.event = ''
  draft.data = []
  draft.idSeen = false
  draft.size = 0
  if (data.length === 0 && !idSeen) return undefined
  return { event: event || 'message', data: data.join('\n'), id, retry }
}
