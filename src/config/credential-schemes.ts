import type { Config } from './config.ts'
import type { UpstreamCredentialConfig, VerifyConfig } from './schema.ts'

/**
 * Positions under `auth` of the schemes whose callers an upstream credential fits; undefined where it fits every
 * caller. A credential that somebody presented goes only to whom it was shown before: forwarded to the API that
 * verified it, exchanged at the issuer of it, unless the configuration says otherwise with `from`.
 */
export function credentialSchemes(
  { auth, apis }: Pick<Config, 'auth' | 'apis'>,
  api: string,
  credential: UpstreamCredentialConfig,
): ReadonlySet<number> | undefined {
  switch (credential.type) {
    case 'none':
    case 'static':
    case 'identity':
      return undefined
    case 'forward':
      return positions(auth, scheme => {
        const verifier = forwardingApi(scheme, apis)
        return verifier !== undefined && (credential.from ?? [api]).includes(verifier)
      })
    case 'exchange':
      return positions(auth, scheme => {
        if (credential.from === undefined) return scheme.type === 'jwt'
        const issuer = tokenIssuer(scheme, apis)
        return issuer !== undefined && credential.from.includes(issuer)
      })
    case 'sealed':
      return positions(auth, ({ type }) =>
        credential.schemes === undefined
          ? type !== 'anonymous'
          : credential.schemes.some(scheme => scheme === type),
      )
  }
}

type Scheme = Config['auth'][number]

/**
 * Name of the API whose own the credentials of a scheme are, so that they may be forwarded to it; undefined where they
 * are no API's.
 */
export function forwardingApi(scheme: Scheme, apis: Config['apis']): string | undefined {
  return 'verify' in scheme ? verifyingApi(scheme.verify, apis) : undefined
}

/** Name of the API whose own the credentials are that are verified so; undefined where they are no API's. */
export function verifyingApi(
  { api, introspection }: Pick<VerifyConfig, 'api' | 'introspection'>,
  apis: Config['apis'],
): string | undefined {
  if (introspection === undefined) return api ?? apis[0]?.name
  // An authorization server verifies it; it can be said to be the backend's, and only of one can that be meant.
  return introspection.forward ? (api ?? (apis.length === 1 ? apis[0]?.name : undefined)) : undefined
}

/**
 * What `from` of `exchange` calls whoever issued a scheme's tokens: an issuer, or the API that verifies them; undefined
 * for schemes without such tokens.
 */
export function tokenIssuer(scheme: Scheme, apis: Config['apis']): string | undefined {
  if (scheme.type === 'jwt') return scheme.issuer
  if (scheme.type !== 'bearer') return undefined
  const { introspection } = scheme.verify
  return introspection === undefined
    ? forwardingApi(scheme, apis)
    : (introspection.issuer ?? introspection.url)
}

function positions(auth: Config['auth'], fits: (scheme: Scheme) => boolean): ReadonlySet<number> {
  return new Set(auth.flatMap((scheme, index) => (fits(scheme) ? [index] : [])))
}
