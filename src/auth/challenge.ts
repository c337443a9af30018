import type { PosternError } from '../errors.ts'

/** Where a challenge belongs to. */
export interface ChallengeOptions {
  /** The protection space: the configuration's `name`. */
  readonly realm: string
  /** Names of the credential headers of an endpoint that takes no `Authorization` at all. */
  readonly headers?: readonly string[]
  /** Absolute URL of the endpoint's metadata (RFC 9728 section 5.1); undefined where clients get no tokens for it. */
  readonly metadata?: string | undefined
  /** Scopes to ask for: at a 401 the usual ones, at a 403 in place of those that are missing. */
  readonly scopes?: readonly string[]
}

/**
 * The WWW-Authenticate header of a refusal, as response headers; none for errors that need none.
 *
 * Where clients can get tokens, it says where they learn how, and which scopes to ask for, also to a request without
 * any credential (MCP 2026-07-28 basic/authorization, "Scope Selection Strategy").
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
  const { realm, headers = [], metadata, scopes = [] } = options
  if (error.code === 'insufficient_scope') {
    const wanted = scopes.length > 0 ? scopes : scopesOf(error.data)
    return bearer({ realm, metadata, error: error.code, error_description: error.message, scope: wanted })
  }
  if (error.status !== 401) return {}
  if (headers.length > 0) {
    return { 'WWW-Authenticate': `ApiKey realm=${quoted(realm)}, headers=${quoted(headers.join(' '))}` }
  }
  // RFC 6750 3.1: a request without any credential gets no error code.
  if (error.code === 'missing_token') return bearer({ realm, metadata, scope: scopes })
  return bearer({
    realm,
    metadata,
    error: 'invalid_token',
    error_description: error.message,
    scope: scopes,
  })
}

interface Parameters {
  readonly realm: string
  readonly metadata: string | undefined
  readonly error?: string
  readonly error_description?: string
  readonly scope: readonly string[]
}

/** Its parameters in this order; those without a value are left out. */
function bearer({ metadata, scope, ...rest }: Parameters): Readonly<Record<string, string>> {
  const parameters = Object.entries({
    ...rest,
    scope: scope.length > 0 ? scope.join(' ') : undefined,
    resource_metadata: metadata,
  }).flatMap(([name, value]) => (value === undefined ? [] : `${name}=${quoted(value)}`))
  return { 'WWW-Authenticate': `Bearer ${parameters.join(', ')}` }
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
