import type { z } from 'zod'
import { PosternError } from '../errors.ts'
import type { AdminInput } from './route.ts'

/** The schemas of an operation; where one is undefined, nothing may come. */
export type InputSchemas = Readonly<Record<Part, z.ZodType | undefined>>
type Part = (typeof PARTS)[number]

const PARTS = ['params', 'query', 'body'] as const

/**
 * Reads the parts of a request with their schemas.
 *
 * @throws PosternError `invalid_params` that names every mistake at once, and no value: it may be a secret in the wrong
 *   place
 */
export function readInput(schemas: InputSchemas, input: AdminInput): Record<Part, object> {
  const read: Record<Part, object> = { params: {}, query: {}, body: {} }
  const mistakes: string[] = []
  for (const part of PARTS) {
    const schema = schemas[part]
    if (schema === undefined) {
      const unknown = part === 'body' ? [] : Object.keys(input[part])
      mistakes.push(...unknown.map(name => `${shorten(name)} is not known here`))
      continue
    }
    const result = schema.safeParse(input[part])
    if (!result.success) mistakes.push(...result.error.issues.flatMap(describe))
    else if (typeof result.data === 'object' && result.data !== null) read[part] = result.data
  }
  if (mistakes.length === 0) return read
  const shown = mistakes.slice(0, MOST_MISTAKES)
  const more = mistakes.length > shown.length ? [`${mistakes.length - shown.length} more`] : []
  throw new PosternError('invalid_params', {
    message: `This can’t be done: ${[...shown, ...more].join('; ')}.`,
  })
}

const MOST_MISTAKES = 20

function describe(issue: z.core.$ZodIssue): string[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map(key => `${nameOf([...issue.path, key])} is not known here`)
  }
  if (issue.code === 'invalid_type' && issue.path.length === 0) return ['the body must be a JSON object']
  const name = issue.path.length === 0 ? '' : `${nameOf(issue.path)}: `
  return [`${name}${issue.message}`]
}

function nameOf(path: readonly PropertyKey[]): string {
  return path.map(key => shorten(String(key))).join('.')
}

/** Names may come from whoever asks, and the answer may end up on a terminal. */
function shorten(name: string): string {
  const clean = name.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, '�')
  return clean.length > 40 ? `${clean.slice(0, 39)}…` : clean
}
