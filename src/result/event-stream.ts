import { readJson } from './json-text.ts'
import { createEventParser, type ServerEvent } from './parse-events.ts'

/**
 * The events of a whole `text/event-stream`, one text each, in order; those that say nothing are left out. The last
 * event counts though the stream may have broken off in it.
 */
export function collectEvents(body: Buffer): readonly string[] {
  const take = createEventParser(Number.POSITIVE_INFINITY)
  return [...take(body), ...take(END)].filter(isRecord).map(eventText)
}

/** Whether an event says something: `[DONE]`, with which some streams end, and an event without data do not. */
export function isRecord({ data }: ServerEvent): boolean {
  return data !== '' && data !== '[DONE]'
}

/**
 * The text of one event: its data, JSON on one line. A name that the data does not say itself is put around it:
 * `{"event":"done","data":…}`, or `done: …` for other text.
 */
export function eventText({ event, data }: ServerEvent): string {
  const json = readJson(data)
  if (event === 'message') return json?.text ?? data
  if (json === undefined) return `${event}: ${data}`
  return saysItself(json.value, event) ? json.text : `{"event":${JSON.stringify(event)},"data":${json.text}}`
}

const END = Buffer.from('\n\n')

function saysItself(value: unknown, event: string): boolean {
  if (typeof value !== 'object' || value === null) return false
  return Reflect.get(value, 'type') === event || Reflect.get(value, 'event') === event
}
