import { isUtf8 } from 'node:buffer'
import { parseUniqueJson } from '../auth/jwt/parse-unique-json.ts'
import { PosternError } from '../errors.ts'

/**
 * The JSON of a body. A member that is there twice is refused, as is what is not UTF-8: two readers could understand
 * such a body in two ways.
 *
 * @throws PosternError `parse_error`
 */
export function readJsonBody(body: Buffer): unknown {
  const value = isUtf8(body) ? parseUniqueJson(body.toString('utf8')) : undefined
  if (value !== undefined) return value
  throw new PosternError('parse_error', {
    message: 'The request body is not valid JSON in UTF-8, or has a member twice.',
  })
}
