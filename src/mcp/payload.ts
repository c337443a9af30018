/**
 * The serialised text of an answer, in pieces that are written one after the other. A tool list is a large
 * buffer that is prepared once and shared by all answers, so it is never copied into a string.
 */
export type Payload = string | readonly (string | Buffer)[]

/** Length of a payload on the wire, in bytes. */
export function payloadLength(payload: Payload): number {
  if (typeof payload === 'string') return Buffer.byteLength(payload)
  let length = 0
  for (const piece of payload) length += Buffer.byteLength(piece)
  return length
}
