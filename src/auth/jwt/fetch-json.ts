import { Agent, request } from 'undici'

/** Bounds on one fetch. */
export interface FetchJsonOptions {
  readonly signal: AbortSignal
}

const LARGEST = 512 * 1_024

/**
 * One connection per question and none kept: keys are asked for every few minutes. The agent is made here and not
 * taken from the environment, so that no proxy variable can put somebody between us and the keys.
 */
const agent = new Agent({
  pipelining: 0,
  connect: { timeout: 5_000 },
  headersTimeout: 5_000,
  bodyTimeout: 5_000,
  maxResponseSize: LARGEST,
})

/**
 * GETs a JSON document of an identity provider: over https, or http on loopback (the configuration's checks and
 * `fetch-keys.ts` see to that). Redirects are not followed. The answer is at most 512 KiB.
 *
 * @returns the status, and the parsed body of a 200.
 * @throws Error if there is no answer, or a 200 that is not JSON.
 */
export async function fetchJson(
  url: URL,
  { signal }: FetchJsonOptions,
): Promise<{ readonly status: number; readonly body: unknown }> {
  const answer = await request(url, {
    dispatcher: agent,
    signal,
    headers: { accept: 'application/json, application/jwk-set+json' },
  })
  if (answer.statusCode === 200) return { status: 200, body: await answer.body.json() }
  // What it says is not read; an error on the way out is nobody's concern.
  answer.body.on('error', () => {}).destroy()
  return { status: answer.statusCode, body: undefined }
}
