import { PosternError } from '../errors.ts'

const MESSAGES = {
  unknown:
    'The product does not accept this credential: it is unknown, expired or revoked. Ask for a new one.',
  mismatch: 'This credential belongs to somebody else than the headers say. Check that they belong together.',
  inactive: 'This token is unknown, expired or revoked. Ask for a new one.',
  early: 'This token is not valid yet.',
  foreign:
    'This token is meant for another server, or was issued by or to another one. Ask for the right one.',
  kind: 'This is no access token that this server can take. Send a bearer access token.',
} as const

/**
 * Refuses a credential that others have verified, for good.
 *
 * @throws PosternError `invalid_token`, always.
 */
export function refuseCredential(reason: keyof typeof MESSAGES): never {
  throw new PosternError('invalid_token', { message: MESSAGES[reason] })
}
