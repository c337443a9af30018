import type { Violation } from './judge.ts'

/**
 * Whether a finding is about an object that is not in the request: of a form with objects in brackets
 * (`deepObject`), Prism takes every one that the document describes for an empty one that is there, and misses what
 * it would require.
 *
 * @param body - of a form, as on the wire
 */
export function isInvented({ path = [], code }: Violation, body: unknown): boolean {
  const [where, first, ...rest] = path
  if (where !== 'body' || code !== 'required' || first === undefined || typeof body !== 'string') return false
  const start = first + rest.map(part => `[${part}]`).join('')
  return !body
    .split('&')
    .map(pair => decode(pair.split('=')[0] ?? ''))
    .some(name => name === start || name.startsWith(`${start}[`))
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
