import { LONGEST_LIFE } from '../admin/field.ts'
import { parseDuration } from '../config/units.ts'
import { PosternError } from '../errors.ts'
import { printable } from './printable.ts'

/**
 * Milliseconds of an option's span of time, `90d`.
 *
 * @param shortest - milliseconds
 * @throws PosternError `invalid_params`
 */
export function readSpan(option: string, text: string, shortest: number): number {
  const milliseconds = parseDuration(text)
  if (milliseconds !== undefined && milliseconds >= shortest && milliseconds <= LONGEST_LIFE)
    return milliseconds
  throw new PosternError('invalid_params', {
    message: `${option} ${printable(text)}: not a span of time that a token can live; write one like 12h, 30d or 365d.`,
  })
}
