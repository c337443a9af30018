import { z } from 'zod'
import { PosternError } from '../../errors.ts'

/**
 * Reads the product's credential that was just opened: request headers, lower-case names.
 *
 * @throws PosternError `sealed_credential_unreadable`
 */
export function readGiven(text: string): Readonly<Record<string, string>> {
  try {
    return Object.freeze(schema.parse(JSON.parse(text)))
  } catch {
    // The error would quote it.
    throw new PosternError('sealed_credential_unreadable', { detail: 'what was sealed is no headers' })
  }
}

const schema = z.record(z.string(), z.string())
