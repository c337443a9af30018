import type { OperationSource } from '../../../src/catalogue/tool.ts'
import type { Judged } from './judge.ts'

/**
 * Whether a request is the operation's, whatever a backend makes of its path: method, number of segments,
 * literals and the query that is part of the path are those of the template, and no filled-in value decodes, once or several times, to a step upwards.
 */
export function isWithinOperation({ method, url }: Judged, operation: OperationSource): boolean {
  if (method !== operation.method) return false
  if (/[^\x21-\x7e]|\\/.test(url)) return false
  const [path = '', query = ''] = url.split('?')
  const [template = '', literal] = (operation.path.split('#')[0] ?? '').split('?')
  const pairs = query.split('&')
  if (literal?.split('&').some(pair => !pairs.includes(pair))) return false
  const segments = path.split('/')
  const expected = template.split('/')
  if (segments.length !== expected.length) return false
  return expected.every((part, index) => {
    const segment = segments[index] ?? ''
    if (!part.includes('{')) return segment === part || decodeAll(segment) === decodeAll(part)
    return fits(part, segment) && !/^\.{1,2}$/.test(decodeAll(segment).replace(/;.*$/s, '').trim())
  })
}

function fits(part: string, segment: string): boolean {
  const source = part.split(/\{[^{}]*\}/).map(literal => literal.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${source.join('.*')}$`, 's').test(segment)
}

function decodeAll(text: string): string {
  let current = text
  for (let times = 0; times < 3; times += 1) {
    try {
      current = decodeURIComponent(current)
    } catch {
      return current
    }
  }
  return current
}
