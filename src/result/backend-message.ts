import type { UpstreamResponse } from '../upstream/send.ts'
import { readErrorBody } from './error-body.ts'

/**
 * The words of an error answer: RFC 9457 `title`, `detail` and `errors`, or the members that other backends
 * use, or the text itself, or the title of an HTML page. Empty where there are none.
 */
export function backendMessage(response: UpstreamResponse): string {
  const { json, text } = readErrorBody(response)
  if (json === undefined) return text
  return messageOf(json.value) ?? json.text
}

/** The whole body as text: JSON on one line, an HTML page's title, empty where it is not text. */
export function backendText(response: UpstreamResponse): string {
  const { json, text } = readErrorBody(response)
  return json?.text ?? text
}

const MAX_ERRORS = 20

function messageOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const members: Record<string, unknown> = { ...value }
  const error = members.error ?? members.fault
  const inner = typeof error === 'object' ? messageOf(error) : textOf(error)
  const parts = [
    textOf(members.title),
    inner,
    textOf(members.error_description),
    textOf(members.message) ?? textOf(members.Message) ?? textOf(members.msg),
    textOf(members.detail) ?? textOf(members.details) ?? textOf(members.reason),
    textOf(members.code),
  ].filter(part => part !== undefined)
  const { errors } = members
  if (errors !== undefined && errors !== null) parts.push(JSON.stringify(bounded(errors)))
  return parts.length === 0 ? undefined : [...new Set(parts)].join(': ')
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined
}

function bounded(errors: unknown): unknown {
  return Array.isArray(errors) ? errors.slice(0, MAX_ERRORS) : errors
}
