import type { OAuthRequest } from '../http.ts'
import { oauthError } from '../oauth-error.ts'
import type { Parameters } from '../read-parameters.ts'

/** What a request brings to prove which client sends it. */
export type ClientProof =
  | { readonly type: 'none'; readonly id: string }
  /** `header`: it came as `Authorization: Basic`, and is answered in kind. */
  | { readonly type: 'secret'; readonly id: string; readonly secret: string; readonly header: boolean }
  | { readonly type: 'assertion'; readonly id: string | undefined; readonly assertion: string }

/** Told with every refusal of a client that tried Basic (RFC 6749 section 5.2). */
export const BASIC_CHALLENGE = { 'WWW-Authenticate': 'Basic realm="oauth", charset="UTF-8"' } as const

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/**
 * Reads the one proof that a request may have (RFC 6749 section 2.3): none but its `client_id`, a secret in the header
 * or in the form, or a signed assertion (RFC 7521 section 4.2). What is said twice must be the same.
 *
 * @throws PosternError `oauth_invalid_request` for two proofs or a broken one, `oauth_invalid_client` for none
 */
export function readProof({ headers }: Pick<OAuthRequest, 'headers'>, form: Parameters): ClientProof {
  const basic = headers.authorization === undefined ? undefined : readBasic(headers.authorization)
  const [id, secret] = [form.get('client_id'), form.get('client_secret')]
  const [assertion, assertionType] = [form.get('client_assertion'), form.get('client_assertion_type')]
  if ([basic, secret, assertion].filter(proof => proof !== undefined).length > 1) {
    throw oauthError('oauth_invalid_request', 'The client proves itself in two ways. Use one.')
  }
  if (basic !== undefined) {
    if (id !== undefined && id !== basic.id) {
      throw oauthError('oauth_invalid_request', 'The header and the form name two clients.')
    }
    // Some libraries send the header for clients that have no secret.
    return basic.secret === '' ? { type: 'none', id: basic.id } : { type: 'secret', ...basic, header: true }
  }
  if (assertion !== undefined || assertionType !== undefined) {
    if (assertion === undefined || assertionType !== ASSERTION_TYPE) {
      throw oauthError('oauth_invalid_request', `The client_assertion_type must be ${ASSERTION_TYPE}.`)
    }
    return { type: 'assertion', id, assertion }
  }
  if (id === undefined)
    throw oauthError('oauth_invalid_client', 'The request does not say which client sends it.')
  return secret === undefined ? { type: 'none', id } : { type: 'secret', id, secret, header: false }
}

/** Base64 of id and secret, each encoded as a form value before (RFC 6749 section 2.3.1), RFC 7617. */
function readBasic(header: string): { readonly id: string; readonly secret: string } {
  const [, encoded] = /^basic +([A-Za-z0-9+/]+={0,2})$/i.exec(header.trim()) ?? []
  const text = encoded === undefined ? '' : Buffer.from(encoded, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  const id = colon < 0 ? undefined : decodeFormValue(text.slice(0, colon))
  const secret = decodeFormValue(text.slice(colon + 1))
  if (id !== undefined && id !== '' && secret !== undefined) return { id, secret }
  throw oauthError(
    'oauth_invalid_client',
    'The Authorization header is not Basic with a client_id and its secret, both form-encoded.',
    { headers: BASIC_CHALLENGE },
  )
}

function decodeFormValue(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return undefined
  }
}
