import { Agent, request } from 'undici'
import { parseUniqueJson } from '../jwt/parse-unique-json.ts'

/** How a form is posted. */
export interface PostFormOptions {
  /** Lower-case names; hold the client's secret. */
  readonly headers: Readonly<Record<string, string>>
  /** Has to end: nothing else bounds the time. */
  readonly signal: AbortSignal
}

/** What came back. */
export interface PostFormAnswer {
  readonly status: number
  /** The parsed body of a 200. */
  readonly body: unknown
  /** The header Retry-After, as it came. */
  readonly retryAfter: string | undefined
}

const LARGEST = 64 * 1_024
const CONNECTIONS = 16

/**
 * Made here and not taken from the environment, so that no proxy variable can put somebody between us and the
 * server. Idle connections keep no process alive.
 */
const agent = new Agent({
  connections: CONNECTIONS,
  pipelining: 1,
  connect: { timeout: 10_000 },
  // The signal covers both.
  headersTimeout: 0,
  bodyTimeout: 0,
  maxResponseSize: LARGEST,
})

/**
 * POSTs a form to an authorization server and reads JSON: over https, or http on loopback (the configuration's
 * checks see to that). Redirects are not followed: the form holds a token. The answer is at most 64 KiB.
 *
 * @throws Error if there is no answer, or a 200 that is not application/json or says a member twice.
 */
export async function postForm(
  url: URL,
  fields: Readonly<Record<string, string>>,
  { headers, signal }: PostFormOptions,
): Promise<PostFormAnswer> {
  const answer = await request(url, {
    dispatcher: agent,
    method: 'POST',
    signal,
    headers: {
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded',
      ...headers,
    },
    body: new URLSearchParams(fields).toString(),
  })
  const retryAfter = single(answer.headers['retry-after'])
  if (answer.statusCode !== 200) {
    // What it says is not read; an error on the way out is nobody's concern.
    answer.body.on('error', () => {}).destroy()
    return { status: answer.statusCode, body: undefined, retryAfter }
  }
  const text = await answer.body.text()
  const type = single(answer.headers['content-type'])?.split(';', 1)[0]?.trim().toLowerCase()
  if (type !== 'application/json') throw new Error('its answer is not application/json')
  const body = parseUniqueJson(text)
  if (body === undefined) throw new Error('its answer is no JSON, or says a member twice')
  return { status: 200, body, retryAfter }
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header
}
