import type { ServerResponse } from 'node:http'
import type { ResponseHeaders } from './cors.ts'
import { type Payload, payloadLength } from './payload.ts'

/**
 * Writes a JSON answer to a hijacked response, in as few writes as its pieces allow and without copying them.
 * A client that is gone gets nothing.
 */
export function writeAnswer(
  response: ServerResponse,
  status: number,
  payload: Payload,
  headers?: ResponseHeaders,
): void {
  if (response.destroyed || response.headersSent) return
  const length = payloadLength(payload)
  const own = {
    'content-type': 'application/json',
    'content-length': length,
    'x-content-type-options': 'nosniff',
  }
  response.writeHead(status, headers === undefined ? own : { ...own, ...headers })
  if (typeof payload === 'string') {
    // As many bytes as characters: plain ASCII, for which the plainer encoding is the faster one.
    response.end(payload, length === payload.length ? 'latin1' : 'utf8')
    return
  }
  response.cork()
  for (const piece of payload) response.write(piece)
  response.end()
}

/** Writes an answer without a body, `202` for what is taken and not answered. */
export function writeEmpty(response: ServerResponse, status: number, headers?: ResponseHeaders): void {
  if (response.destroyed || response.headersSent) return
  response.writeHead(status, status === 204 ? { ...headers } : { 'content-length': 0, ...headers })
  response.end()
}
