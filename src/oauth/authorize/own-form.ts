import type { OAuthRequest } from '../http.ts'
import { isSame } from '../is-same.ts'
import { oauthError } from '../oauth-error.ts'
import { type Parameters, readParameters } from '../read-parameters.ts'
import { derive } from './derive.ts'

/**
 * The hidden field that only a page shown to this browser can have.
 *
 * @param secret - of the browser's cookie
 * @param about - what the form is about: a flow's id, the name of a page
 */
export function csrfToken(secret: string, about: string): string {
  return derive(secret, 'csrf', about)
}

/**
 * Reads a form that one of our own pages has sent in this browser. Besides the hidden field, which is what counts,
 * browsers say themselves where a form comes from: a page of another site, or one in a sandbox (`null`), is refused
 * before anything is looked at.
 *
 * @param siteUrl - the issuer
 * @throws PosternError `oauth_flow_ended`, `oauth_invalid_request`
 */
export function readOwnForm(request: OAuthRequest, siteUrl: string): Parameters {
  const { origin, 'sec-fetch-site': site } = request.headers
  if (origin !== undefined && origin !== new URL(siteUrl).origin) throw foreign('of another origin')
  if (site !== undefined && site !== 'same-origin') throw foreign('of another site')
  return readParameters(request.body)
}

/** Refuses a form without the right hidden field. @throws PosternError `oauth_flow_ended` */
export function checkCsrf(form: Parameters, secret: string, about: string): void {
  if (!isSame(form.get('csrf'), csrfToken(secret, about))) throw foreign('without its token')
}

function foreign(detail: string) {
  return oauthError('oauth_flow_ended', undefined, { detail: `a form ${detail}` })
}
