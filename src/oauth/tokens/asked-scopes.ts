import { oauthError } from '../oauth-error.ts'
import type { Parameters } from '../read-parameters.ts'

/** RFC 6749 section 3.3. */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]{1,256}$/
const MOST_SCOPES = 256

/**
 * The scopes that a request to the token endpoint asks for; undefined where it names none.
 *
 * @throws PosternError `oauth_invalid_scope` for what is no list of scopes
 */
export function askedScopes(form: Parameters): readonly string[] | undefined {
  const text = form.get('scope')
  if (text === undefined) return undefined
  const scopes = text.split(' ').filter(scope => scope !== '')
  if (scopes.length === 0) return undefined
  if (scopes.length > MOST_SCOPES || !scopes.every(scope => SCOPE.test(scope)))
    throw oauthError(
      'oauth_invalid_scope',
      'The parameter scope is no list of scopes with spaces between them.',
    )
  return [...new Set(scopes)]
}
