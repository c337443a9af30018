import { SkippedOperation } from '../arguments/argument.ts'
import { splitTemplate } from './split-template.ts'

/** A parameter's place in a path template. */
export interface PathParameter {
  readonly parameter: string
}

/**
 * Cuts a path template at its parameters: `/a/{id}.pdf` → `['/a/', { parameter: 'id' }, '.pdf']`. What stands behind
 * the path is left out, see {@link splitTemplate}.
 *
 * @throws SkippedOperation for what is no plain path: dot segments, unmatched braces, white space, a
 *   percent-encoded slash or dot.
 */
export function parsePath(whole: string): readonly (string | PathParameter)[] {
  const template = splitTemplate(whole).path
  if (!template.startsWith('/') || template.startsWith('//')) {
    throw new SkippedOperation('the path does not start with one slash')
  }
  const parts: (string | PathParameter)[] = []
  for (const piece of template.split(/(\{[^{}]*\})/)) {
    if (piece === '') continue
    const name = /^\{([^{}]+)\}$/.exec(piece)?.[1]
    parts.push(name === undefined ? literal(piece) : { parameter: name })
  }
  const skeleton = parts.map(part => (typeof part === 'string' ? part : 'x')).join('')
  if (/(?:^|\/)\.{1,2}(?:\/|$)/.test(skeleton) || skeleton.slice(1).includes('//')) {
    throw new SkippedOperation('the path has dot segments or empty ones')
  }
  return parts
}

function literal(text: string): string {
  if (/[{}]/.test(text)) throw new SkippedOperation('the braces of the path do not match')
  if (/[\s\\\p{Cc}]|%(?:2f|5c|2e|25|00)|%(?![0-9a-f]{2})/iu.test(text)) {
    throw new SkippedOperation('the path has characters that no path should have')
  }
  return text
}
