import { oauthError } from '../oauth-error.ts'

/**
 * Refuses a code, a refresh token or the grant behind it (RFC 6749 section 5.2). The client is told the same whatever was
 * wrong with it, so that nobody learns by asking.
 *
 * @param detail - for the log alone
 * @throws PosternError `oauth_invalid_grant`
 */
export function refuseGrant(detail: string): never {
  throw oauthError('oauth_invalid_grant', undefined, { detail })
}
