import type { Config } from './config.ts'
import { verifyingApi } from './credential-schemes.ts'
import type { SignInConfig } from './schema.ts'

/** Signing in by the product's own credential. */
export type ProductSignIn = Extract<SignInConfig, { readonly type: 'product' }>

/** What tells where a credential that somebody typed may go. */
type Settings = Pick<Config, 'auth' | 'apis'>

/**
 * Who verifies credentials of exactly these headers when people type them to connect a client, each once: names of
 * APIs, or the URLs of authorization servers. Such a credential goes to the API that verified it and to no other, so it
 * is used where there is just one. One that an authorization server verified is no API's, unless the configuration says
 * so (`introspection.forward`).
 */
export function givenBy({ auth, apis }: Settings, headers: readonly string[]): readonly string[] {
  const wanted = plain(headers)
  const names = productSignIns(auth)
    .filter(way => plain(way.headers) === wanted)
    .flatMap(({ verify }) => verifyingApi(verify, apis) ?? verify.introspection?.url ?? [])
  return [...new Set(names)]
}

/** Whether what people typed goes to this API, as these headers. */
export function isGivenTo(settings: Settings, api: string, headers: readonly string[]): boolean {
  const [verifier, ...others] = givenBy(settings, headers)
  return verifier === api && others.length === 0
}

/** All ways of signing in by a product's credential. */
export function productSignIns(auth: Config['auth']): readonly ProductSignIn[] {
  return auth.flatMap(scheme =>
    scheme.type === 'oauth' ? scheme.signIn.filter(way => way.type === 'product') : [],
  )
}

/** Case and order make no other header. */
function plain(headers: readonly string[]): string {
  return headers
    .map(name => name.toLowerCase())
    .sort()
    .join(' ')
}
