import type { Session } from './session.ts'

/** The server at the far end, and how to speak to it and to the client. */
export interface Remote {
  readonly url: URL
  /** The headers that carry the credential; sent to the origin of `url` and nowhere else. */
  readonly credential: Readonly<Record<string, string>>
  readonly session: Session
  /** What to do about a credential that the server doesn't know; undefined: what `explainStatus` says. */
  readonly advice: string | undefined
  readonly fetch: typeof fetch
  /** Writes one message to the client; settles when the client can take more. */
  readonly write: (line: string) => Promise<void>
  /** Writes one line to standard error, for the person who looks into the client's log. */
  readonly warn: (line: string) => void
}

/** Largest message in either direction: bytes of a line or a JSON body, characters of an event. */
export const MESSAGE_LIMIT = 64_000_000

const MOST_REDIRECTS = 3

/**
 * Sends one HTTP request with the credential. A redirect is followed where it keeps the method (307, 308) and
 * stays within the origin; any other is returned for the caller to explain, so that neither credential nor
 * message goes to a place that nobody named.
 *
 * @throws what `fetch` throws, also on abort
 */
export async function sendRequest(
  remote: Remote,
  request: { method: 'POST' | 'GET' | 'DELETE'; headers: Record<string, string>; body?: string },
  signal: AbortSignal,
): Promise<Response> {
  let { url } = remote
  for (let hop = 0; ; hop++) {
    const response = await remote.fetch(url, {
      method: request.method,
      headers: { ...request.headers, ...remote.credential },
      ...(request.body !== undefined && { body: request.body }),
      redirect: 'manual',
      signal,
    })
    const location = response.headers.get('location')
    if (![307, 308].includes(response.status) || location === null || hop === MOST_REDIRECTS) return response
    if (!URL.canParse(location, url.href)) return response
    const target = new URL(location, url.href)
    if (target.origin !== remote.url.origin) return response
    await response.body?.cancel()
    url = target
  }
}

/** The whole body as text. @throws Error when it is larger than {@link MESSAGE_LIMIT}. */
export async function readBody(response: Response): Promise<string> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of bodyOf(response)) {
    length += part.length
    if (length > MESSAGE_LIMIT) throw new Error(`an answer is larger than ${MESSAGE_LIMIT} bytes`)
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}

/** The body as it comes in; nothing where there is none. */
export async function* bodyOf(response: Response): AsyncGenerator<Uint8Array> {
  if (response.body !== null) yield* response.body
}
