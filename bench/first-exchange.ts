import { request as send } from 'undici'
import type { BenchRequest } from './mcp-request.ts'
import type { Listening } from './serve-child.ts'
import type { Subject } from './subjects.ts'

// A first call compiles what is compiled lazily.
const ANSWER_LIMIT_MS = 30_000

/** What is asked of a subject over and over, and the bytes that it must answer every time. */
export interface FirstExchange {
  readonly request: BenchRequest
  readonly expected: Buffer
}

/**
 * Asks a subject once and looks at the whole answer; what comes later is only compared with it.
 *
 * @throws Error that names the subject and shows the answer, if it is not the right one.
 */
export async function firstExchange(subject: Subject, server: Listening): Promise<FirstExchange> {
  const request = subject.request(server.token)
  const { method, headers, body } = request
  const signal = AbortSignal.timeout(ANSWER_LIMIT_MS)
  const response = await send(`${server.url}${request.path}`, { method, headers, body, signal })
  const expected = Buffer.from(await response.body.arrayBuffer())
  const text = expected.toString()
  if (response.statusCode !== 200 || !isRight(subject, text)) {
    const shown = text.slice(0, 400)
    throw new Error(`${subject.name} gave a wrong answer: status ${response.statusCode}, ${shown}`)
  }
  return { request, expected }
}

function isRight(subject: Subject, body: string): boolean {
  try {
    return subject.isRight(body)
  } catch {
    return false
  }
}
