import { AuthorizationResponseError, ResponseBodyError } from 'openid-client'
import { PosternError } from '../../errors.ts'
import { oauthError } from '../oauth-error.ts'
import type { OidcSignIn } from './providers.ts'

/**
 * What to tell somebody whose sign-in a provider has not brought to an end: it refused, can't be reached, or its answer
 * can't be believed.
 *
 * @param error - of the OpenID library, or one that is for people already
 * @returns `oauth_sign_in_failed`, `upstream_unavailable`, or the given one
 */
export function toRefusal(way: OidcSignIn, error: unknown): PosternError {
  if (error instanceof PosternError) return error
  if (error instanceof AuthorizationResponseError) {
    const code = /^[a-z_]{1,40}$/.test(error.error) ? error.error : 'unknown'
    return oauthError('oauth_sign_in_failed', PROVIDER_SAYS[code]?.(way.title) ?? refused(way.title), {
      detail: `${way.issuer} answered the error ${code}`,
    })
  }
  if (isNoAnswer(error)) return unreachable(way, error)
  return oauthError(
    'oauth_sign_in_failed',
    `What ${way.title} answered could not be believed, so you are not signed in. Try again; if it does not help, tell your administrator.`,
    {
      detail: `${way.issuer}: ${reasonOf(error)}`,
    },
  )
}

const refused = (title: string) =>
  `${title} refused to sign you in. Try again; if it does not help, tell your administrator.`

const PROVIDER_SAYS: Readonly<Record<string, (title: string) => string>> = {
  access_denied: title =>
    `${title} did not let you in, or you stopped there. Try again, or ask your administrator for access.`,
  temporarily_unavailable: title => `${title} can’t sign anybody in right now. Try again shortly.`,
  server_error: title => `Something went wrong at ${title}. Try again shortly.`,
}

/** Whether the provider did not answer, or only that it is out of order; the library wraps what it was told. */
function isNoAnswer(error: unknown): boolean {
  return chainOf(error).some(({ code, status }) => {
    if (typeof status === 'number' && status >= 500) return true
    return code === 'OAUTH_TIMEOUT' || (typeof code === 'string' && NO_ANSWER.test(code))
  })
}

const NO_ANSWER = /^(?:UND_ERR|ECONN|ENOTFOUND|EAI_|EHOST|ENET|ETIMEDOUT)/

/** An error and what caused it, as far as that says something: errors by their code, responses by their status. */
function chainOf(error: unknown): readonly { readonly code?: unknown; readonly status?: unknown }[] {
  const chain: object[] = []
  for (let at = error; at instanceof Error || at instanceof Response; ) {
    chain.push(at)
    if (at instanceof Response || chain.length === MOST_CAUSES) break
    at = at.cause
  }
  return chain
}

const MOST_CAUSES = 4

/** That a provider can't be reached: `upstream_unavailable`. */
export function unreachable(way: OidcSignIn, error: unknown): PosternError {
  return new PosternError('upstream_unavailable', {
    message: `${way.title} can’t be reached right now, so nobody can sign in there. Try again shortly; if it does not help, tell your administrator.`,
    detail: `${way.issuer}: ${reasonOf(error)}`,
    headers: { 'Retry-After': '5' },
  })
}

/** Messages are the library's own; what the provider sent, which may hold a token, is in a cause and stays there. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'failed'
  const codes = chainOf(error).flatMap(({ code, status }) => code ?? status ?? [])
  const said = error instanceof ResponseBodyError ? `${error.error}, ` : ''
  return `${error.message} (${said}${codes.map(String).join(', ')})`
}
