import { STATUS_CODES } from 'node:http'
import type { AnswerErrors } from '../catalogue/answer-plan.ts'
import type { ToolResult } from '../mcp/tool-result.ts'
import type { CredentialOwner } from '../upstream/credentials.ts'
import type { UpstreamResponse } from '../upstream/send.ts'
import { backendMessage, backendText } from './backend-message.ts'
import { failedResult } from './failed-result.ts'
import { nameAnswer } from './name-answer.ts'
import { retryAfter } from './retry-after.ts'
import { scrub } from './scrub.ts'

/**
 * A backend's 4xx or 5xx as a result with `isError`: the status, what it means for the caller, and the
 * backend's own words, shortened and without stacks, internal addresses or credentials. Where the configuration names
 * such an answer, its message stands for the first two, and its code is last.
 *
 * @param errors - what the product calls error answers
 */
export function errorResponse(
  response: UpstreamResponse,
  credential: CredentialOwner,
  secrets: readonly string[],
  errors?: AnswerErrors,
): ToolResult {
  const { status, headers } = response
  const named = errors && nameAnswer(response, errors)
  const name = [status, STATUS_CODES[status]].filter(Boolean).join(' ')
  const lines = [named?.message ?? meaning(status, name, credential)]
  if (status === 429 || status === 503) lines.push(...retryAfter(headers['retry-after']))
  const words = VERBATIM.has(status) ? backendText(response) : backendMessage(response)
  const shown = shorten(
    scrub(words.slice(0, MAX_READ), secrets),
    status >= 500 ? MAX_SERVER_ERROR : MAX_CLIENT_ERROR,
  )
  if (shown !== '') lines.push(`The API says: ${shown}`)
  return failedResult(lines, named && { code: named.code })
}

/** Statuses whose body tells the model how to mend the call: it is passed on whole. */
const VERBATIM: ReadonlySet<number> = new Set([400, 404, 409, 410, 412, 422])
/** What is looked at for addresses and credentials; well above what is shown. */
const MAX_READ = 16_384
const MAX_CLIENT_ERROR = 4096
const MAX_SERVER_ERROR = 512

const REFUSED: Readonly<Record<CredentialOwner, string>> = {
  caller: 'It refused your credential, which the gateway passed on: ask for one that may do this.',
  gateway:
    'It refused the gateway’s own credential, not yours: you can’t mend this, an administrator of the gateway has to.',
  none: 'It wants a credential and the gateway is configured to send none: an administrator of the gateway has to mend this.',
}

function meaning(status: number, name: string, credential: CredentialOwner): string {
  const start = `The API answered ${name}.`
  if (status === 401 || status === 403) return `${start} ${REFUSED[credential]}`
  if (status === 429) return `${start} There were too many requests; wait before the next.`
  if (status < 500) return start
  return `${start} The fault is on its side; the call may or may not have taken effect.`
}

function shorten(text: string, length: number): string {
  if (text.length <= length) return text
  return `${text.slice(0, length).toWellFormed()}… (shortened)`
}
