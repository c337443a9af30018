import { oauthError } from '../oauth-error.ts'
import type { Parameters } from '../read-parameters.ts'
import { findResource } from '../resource-url.ts'
import type { OAuthSurroundings } from '../surroundings.ts'

/**
 * Refuses a `resource` (RFC 8707 section 2.2) other than the one that a grant is for, however it is spelt. Left out, it
 * is the grant's.
 *
 * @throws PosternError `oauth_invalid_target`
 */
export function refuseOtherResource(
  { baseUrl, config }: Pick<OAuthSurroundings, 'baseUrl' | 'config'>,
  form: Parameters,
  granted: string,
): void {
  const asked = form.get('resource')
  if (asked === undefined || asked === granted) return
  if (findResource(asked, baseUrl(), config().servers)?.url === granted) return
  throw oauthError(
    'oauth_invalid_target',
    'This was approved for another resource. Send the one of the authorization request, or none.',
  )
}
