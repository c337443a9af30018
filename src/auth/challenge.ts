import type { PosternError } from '../errors.ts'

/** Where a challenge belongs to. */
export interface ChallengeOptions {
  /** The protection space: the configuration's `name`. */
  readonly realm: string
  /** Names of the credential headers of an endpoint that takes no `Authorization` at all. */
  readonly headers?: readonly string[]
}

/**
 * The WWW-Authenticate header of a refusal, as response headers; none for errors that need none.
 *
 * A 401 always has a challenge (RFC 9110 15.5.2). It is `Bearer` (RFC 6750 3), with `invalid_token` only
 * where a credential was presented. An endpoint that takes header pairs alone must not ask for a bearer token
 * that it would refuse: it answers with the scheme `ApiKey` and the names of its headers. A 403 for want of
 * scopes is `insufficient_scope` and names them.
 */
export function challenge(
  error: Pick<PosternError, 'code' | 'status' | 'message' | 'data'>,
  options: ChallengeOptions,
): Readonly<Record<string, string>> {
  if (error.code === 'insufficient_scope') {
    return { 'WWW-Authenticate': bearer(options.realm, error.code, error.message, scopesOf(error.data)) }
  }
  if (error.status !== 401) return {}
  if (options.headers !== undefined && options.headers.length > 0) {
    const names = quoted(options.headers.join(' '))
    return { 'WWW-Authenticate': `ApiKey realm=${quoted(options.realm)}, headers=${names}` }
  }
  // RFC 6750 3.1: a request without any credential gets no error code.
  if (error.code === 'missing_token') return { 'WWW-Authenticate': `Bearer realm=${quoted(options.realm)}` }
  return { 'WWW-Authenticate': bearer(options.realm, 'invalid_token', error.message) }
}

function bearer(realm: string, error: string, description: string, scopes: readonly string[] = []): string {
  const scope = scopes.length > 0 ? `, scope=${quoted(scopes.join(' '))}` : ''
  return `Bearer realm=${quoted(realm)}, error="${error}", error_description=${quoted(description)}${scope}`
}

function scopesOf(data: PosternError['data']): readonly string[] {
  const scopes: unknown = data?.scopes
  return Array.isArray(scopes) ? scopes.filter(scope => typeof scope === 'string') : []
}

/** A quoted-string of what RFC 6750 3 allows in these attributes: printable ASCII, no quote, no backslash. */
function quoted(value: string): string {
  const plain = value
    .replace(/[‘’"“”]/g, "'")
    .replace(/[–—]/g, '-')
    .replace(/…/g, '...')
    .replace(/[^\x20-\x7e]|\\/g, '?')
  return `"${plain}"`
}
