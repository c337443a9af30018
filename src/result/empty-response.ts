import { STATUS_CODES } from 'node:http'
import type { UpstreamResponse } from '../upstream/send.ts'

/**
 * A sentence for an answer without a body: what the status says, and the headers that matter then. For HEAD
 * the headers are the answer.
 */
export function emptyResponse({ status, headers }: UpstreamResponse, isHead: boolean): string {
  const name = [status, STATUS_CODES[status]].filter(Boolean).join(' ')
  const sentence = SENTENCES[status] ?? `The API answered ${name} and nothing else.`
  const told = Object.keys(headers).filter(header => isTold(header, isHead))
  const lines = told.slice(0, MAX_HEADERS).map(header => `${header}: ${headerText(headers[header])}`)
  return [status in SENTENCES ? `${sentence} (${name})` : sentence, ...lines].join('\n')
}

const MAX_HEADERS = 24
const MAX_VALUE = 512
const TOLD = /^(?:location|content-location|etag|last-modified|retry-after|preference-applied)$/
const TOLD_OF_HEAD =
  /^(?:content-(?:type|length|language|disposition)|accept-ranges|x-total(?:-count)?|link|expires|allow)$/

const SENTENCES: Readonly<Record<number, string>> = {
  200: 'Done. The API answered without a body.',
  201: 'Created. The API answered without a body.',
  202: 'Accepted: the API has taken the request and may still be working on it.',
  204: 'Done. The API has nothing to return.',
  205: 'Done. The API has nothing to return.',
  304: 'Not modified: the API says that what you have is current.',
}

function isTold(header: string, isHead: boolean): boolean {
  return TOLD.test(header) || (isHead && TOLD_OF_HEAD.test(header))
}

function headerText(value: string | string[] | undefined): string {
  return (Array.isArray(value) ? value.join(', ') : (value ?? '')).slice(0, MAX_VALUE)
}
