import type { Config } from './config.ts'
import type { UpstreamCredentialConfig } from './schema.ts'

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
        const verifier = verifyingApi(scheme, apis)
        return verifier !== undefined && (credential.from ?? [api]).includes(verifier)
      })
    case 'exchange':
      return positions(auth, scheme => {
        if (credential.from === undefined) return scheme.type === 'jwt'
        const verifier = scheme.type === 'bearer' ? verifyingApi(scheme, apis) : issuerOf(scheme)
        return verifier !== undefined && credential.from.includes(verifier)
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

/** Name of the API that verifies the credentials of a scheme; undefined where none does. */
export function verifyingApi(scheme: Scheme, apis: Config['apis']): string | undefined {
  return 'verify' in scheme ? (scheme.verify.api ?? apis[0]?.name) : undefined
}

function issuerOf(scheme: Scheme): string | undefined {
  return scheme.type === 'jwt' ? scheme.issuer : undefined
}

function positions(auth: Config['auth'], fits: (scheme: Scheme) => boolean): ReadonlySet<number> {
  return new Set(auth.flatMap((scheme, index) => (fits(scheme) ? [index] : [])))
}
