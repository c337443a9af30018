import { PosternError } from '../../errors.ts'

/**
 * Refuses a token whose time is over. `reason` tells it from a wrong one: it is no attempt to guess, and its owner is
 * to get a new one.
 *
 * @throws PosternError `invalid_token`, always.
 */
export function refuseExpired(): never {
  throw new PosternError('invalid_token', {
    message: 'This token has expired. Ask the issuer for a new one.',
    data: { reason: 'expired' },
  })
}
