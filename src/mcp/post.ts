import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'

/** One HTTP request to a door and the response to write to. */
export interface Post {
  readonly raw: IncomingMessage
  readonly response: ServerResponse
  /** The same as `raw.headers`. */
  readonly headers: IncomingHttpHeaders
  /** For log and audit. */
  readonly id: string
}

/** Address of the peer; undefined once it is gone. Headers can lie about it and are not asked. */
export function remoteAddress({ raw }: Post): string | undefined {
  return raw.socket.remoteAddress
}
