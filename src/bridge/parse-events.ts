import { createEventParser, type ServerEvent } from '../result/parse-events.ts'

/**
 * Parses a byte stream as server-sent events, see {@link createEventParser}.
 *
 * @param limit - most characters of one event
 * @throws Error when an event is larger.
 */
export async function* parseEvents(
  body: AsyncIterable<Uint8Array>,
  limit: number,
): AsyncGenerator<ServerEvent> {
  const take = createEventParser(limit)
  for await (const chunk of body) yield* take(chunk)
}
