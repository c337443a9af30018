import { PosternError } from '../../errors.ts'

/**
 * Refuses a token for good.
 *
 * @param message what is wrong with the token, a sentence for the caller without anything out of the token.
 * @param detail for the log only.
 * @throws PosternError `invalid_token`, always.
 */
export function refuseJwt(message: string, detail?: string): never {
  throw new PosternError('invalid_token', { message, ...(detail !== undefined && { detail }) })
}
