import {
  allowInsecureRequests,
  ClientSecretBasic,
  ClientSecretPost,
  Configuration,
  clockTolerance,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
  None,
} from 'openid-client'
import type { SignInConfig } from '../../config/schema.ts'
import { createProviderFetch } from './provider-fetch.ts'

/** The way of signing in by the company's OpenID provider. */
export type OidcSignIn = Extract<SignInConfig, { type: 'oidc' }>

/** The provider of a way, ready to be asked; its metadata is fetched when it is first needed. Rejects with any Error. */
export type FindProvider = (way: OidcSignIn) => Promise<Configuration>

/** How long a provider's metadata is believed, in milliseconds. */
const KEPT = 60 * 60_000
/** For one request, in seconds. */
const TIMEOUT = 10
/** By how much its clock and ours may differ, in seconds. */
const SKEW = 30

/**
 * Makes the function that finds providers by OpenID Connect Discovery; the library compares the issuer. Metadata is kept
 * for an hour, failures aren't, and all who wait share one question. Another configuration brings other entries, and
 * so other metadata.
 *
 * @param now - milliseconds since the epoch
 */
export function createProviders(now: () => number): FindProvider {
  const known = new WeakMap<
    OidcSignIn,
    { readonly until: number; readonly provider: Promise<Configuration> }
  >()
  return way => {
    const kept = known.get(way)
    if (kept !== undefined && now() < kept.until) return kept.provider
    const provider = discover(way)
    known.set(way, { until: now() + KEPT, provider })
    provider.catch(() => {
      if (known.get(way)?.provider === provider) known.delete(way)
    })
    return provider
  }
}

async function discover(way: OidcSignIn): Promise<Configuration> {
  const { issuer, clientId, clientSecret } = way
  const fetch = createProviderFetch(issuer)
  const isLocal = issuer.startsWith('http:')
  const found = await discovery(new URL(issuer), clientId, undefined, None(), {
    [customFetch]: fetch,
    timeout: TIMEOUT,
    execute: isLocal ? [allowInsecureRequests] : [],
  })
  const metadata = found.serverMetadata()
  // Without a list it is client_secret_basic (Discovery section 3); where both are taken, post has no encodings to differ about.
  const methods = metadata.token_endpoint_auth_methods_supported ?? ['client_secret_basic']
  const authentication = methods.includes('client_secret_post') ? ClientSecretPost : ClientSecretBasic
  const provider = new Configuration(
    metadata,
    clientId,
    { [clockTolerance]: SKEW, ...(clientSecret !== undefined && { client_secret: clientSecret }) },
    clientSecret === undefined ? None() : authentication(clientSecret),
  )
  provider[customFetch] = fetch
  provider.timeout = TIMEOUT
  if (isLocal) allowInsecureRequests(provider)
  // The signature of an ID token is verified although it came over TLS: a provider behind a proxy is one more reader.
  enableNonRepudiationChecks(provider)
  return provider
}
