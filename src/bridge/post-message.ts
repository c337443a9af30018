import { setTimeout as sleep } from 'node:timers/promises'
import { type Answers, createAnswers } from './answers.ts'
import { explainException, explainStatus } from './explain-failure.ts'
import type { ClientMessage } from './message.ts'
import { parseEvents } from './parse-events.ts'
import { bodyOf, MESSAGE_LIMIT, type Remote, readBody, sendRequest } from './remote.ts'
import { messageHeaders } from './session.ts'

/**
 * POSTs one message and hands on what comes back: a JSON body, the events of a stream, or, where neither is
 * there, an error in words that a person understands. Never throws; an abort ends it in silence.
 */
export async function postMessage(
  remote: Remote,
  message: ClientMessage,
  signal: AbortSignal,
): Promise<void> {
  const answers = createAnswers(remote, message, signal)
  try {
    const headers = messageHeaders(message, remote.session)
    const response = await sendRequest(remote, { method: 'POST', headers, body: message.text }, signal)
    if (message.method === 'initialize')
      remote.session.sessionId = response.headers.get('mcp-session-id') ?? undefined
    if (isEventStream(response)) await relayStream(remote, message, response, answers, signal)
    else await relayBody(remote, response, answers)
  } catch (error) {
    await answers.fail(explainException(error, remote.url))
  }
}

/** Whether a response is a stream of events. */
export function isEventStream(response: Response): boolean {
  return response.ok && /^text\/event-stream\b/i.test(response.headers.get('content-type') ?? '')
}

/** Most times in a row that a broken stream is resumed without a new event. */
const MOST_RESUMES = 5
const LONGEST_PAUSE = 30_000

async function relayBody(remote: Remote, response: Response, answers: Answers): Promise<void> {
  const text = await readBody(response)
  if (response.status === 401) remote.warn(explainStatus(401, remote.url, null, remote.advice).message)
  if (text.trim() !== '' && (await answers.deliver(text))) {
    if (!answers.complete())
      await answers.fail({ code: 502, message: 'The server answered another request than this one.' })
    return
  }
  if (response.ok && answers.complete()) return
  if (response.status === 404 && remote.session.sessionId !== undefined) {
    await answers.fail({
      code: 404,
      message: 'The server has ended this session. Restart the server in your client.',
    })
    return
  }
  const location = response.headers.get('location')
  await answers.fail(explainStatus(response.status, remote.url, location, remote.advice))
}

/** Servers of 2025-11-25 may end a stream early and go on with the answer when asked with Last-Event-ID. */
async function relayStream(
  remote: Remote,
  message: ClientMessage,
  first: Response,
  answers: Answers,
  signal: AbortSignal,
): Promise<void> {
  const position = { id: undefined as string | undefined, pause: 1_000 }
  let response = first
  for (let resumes = 0; resumes <= MOST_RESUMES; resumes++) {
    const before = position.id
    try {
      await relayEvents(remote, response, answers, position)
    } catch (error) {
      if (signal.aborted || position.id === undefined || message.version !== undefined) throw error
    }
    if (answers.complete() || position.id === undefined || message.version !== undefined) break
    if (position.id !== before) resumes = 0
    await sleep(Math.min(position.pause, LONGEST_PAUSE), undefined, { signal })
    const { Accept: _accept, 'Content-Type': _type, ...headers } = messageHeaders(message, remote.session)
    response = await sendRequest(
      remote,
      { method: 'GET', headers: { ...headers, Accept: 'text/event-stream', 'Last-Event-ID': position.id } },
      signal,
    )
    if (!isEventStream(response)) {
      await response.body?.cancel()
      break
    }
  }
  if (answers.complete()) return
  await answers.fail({
    code: 502,
    message: `${remote.url.host} ended the stream before the answer. It may or may not have done what was asked.`,
  })
}

async function relayEvents(
  remote: Remote,
  response: Response,
  answers: Answers,
  position: { id: string | undefined; pause: number },
): Promise<void> {
  for await (const event of parseEvents(bodyOf(response), MESSAGE_LIMIT)) {
    position.id = event.id ?? position.id
    position.pause = event.retry ?? position.pause
    if (event.data === '' || (await answers.deliver(event.data))) continue
    remote.warn('The server sent an event that is no JSON-RPC message; left out.')
  }
}
