import type { UpstreamResponse } from '../upstream/send.ts'
import { readErrorBody } from './error-body.ts'

/**
 * The codes that a backend's error body names, in the order in which they are believed: `code`, `error`, `error.code`,
 * `type` (RFC 9457), and the same of the first of `errors`. Texts and exact numbers, own members only; empty where the
 * body is no JSON object.
 */
export function answerCodes(response: UpstreamResponse): readonly string[] {
  const value = readErrorBody(response).json?.value
  const [first]: readonly unknown[] = [member(value, 'errors')].flat()
  return [...codesOf(value), ...codesOf(first)]
}

function codesOf(value: unknown): readonly string[] {
  const error = member(value, 'error')
  const places = [member(value, 'code'), error, member(error, 'code'), member(value, 'type')]
  return places.flatMap(place => {
    if (typeof place === 'string') return place
    return Number.isSafeInteger(place) ? String(place) : []
  })
}

function member(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
  return Reflect.get(value, name)
}
