import type { PosternError } from '../../errors.ts'
import type { AuthorizationRequest } from '../grant.ts'
import { wireCode, wireDescription } from '../oauth-error.ts'

/** What the answer to an authorization request needs of it. */
export type Answerable = Pick<AuthorizationRequest, 'redirectUri' | 'state'>

/**
 * The redirect URI with a code (RFC 6749 section 4.1.2), the state as it came and the issuer (RFC 9207 section 2). No
 * redirect URI has these parameters already: `config/redirect-uri.ts` sees to that.
 *
 * @param issuer - exactly as in the metadata
 */
export function redirectWithCode({ redirectUri, state }: Answerable, code: string, issuer: string): string {
  return withParameters(redirectUri, [['code', code], ...stateOf(state), ['iss', issuer]])
}

/** The redirect URI with an error (RFC 6749 section 4.1.2.1). Its message is public. */
export function redirectWithError(
  { redirectUri, state }: Answerable,
  error: PosternError,
  issuer: string,
): string {
  return withParameters(redirectUri, [
    ['error', wireCode(error)],
    ['error_description', wireDescription(error)],
    ...stateOf(state),
    ['iss', issuer],
  ])
}

type Parameter = readonly [name: string, value: string]

function stateOf(state: string | undefined): readonly Parameter[] {
  return state === undefined ? [] : [['state', state]]
}

/** The URI stays as it is, to the letter, whatever its scheme; a query that it has is kept (RFC 6749 section 3.1.2). */
function withParameters(uri: string, parameters: readonly Parameter[]): string {
  const mark = uri.includes('?') ? (/[?&]$/.test(uri) ? '' : '&') : '?'
  const query = parameters.map(pair => pair.map(encodeURIComponent).join('='))
  return uri + mark + query.join('&')
}
