import type { z } from 'zod'
import { PosternError } from '../errors.ts'

/**
 * The value of a record of the store by its schema; undefined for what is no JSON of that shape, which nobody but another
 * version writes. Never trusted, since whoever can write the store could have written it.
 */
export function readRecord<Schema extends z.ZodType>(
  schema: Schema,
  text: string,
): z.output<Schema> | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  return schema.safeParse(value).data
}

/**
 * The same, of a record that nothing can be answered without.
 *
 * @param what - for the log: `a grant`
 * @throws PosternError `internal_error`, which quotes nothing of it
 */
export function requireRecord<Schema extends z.ZodType>(
  schema: Schema,
  text: string,
  what: string,
): z.output<Schema> {
  const value = readRecord(schema, text)
  if (value !== undefined) return value
  throw new PosternError('internal_error', { detail: `the record of ${what} can’t be read` })
}
