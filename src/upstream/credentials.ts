import type { CancelSignal } from '../auth/cancel-signal.ts'
import type { Authenticated } from '../auth/principal.ts'
import type { Config } from '../config/config.ts'
import { credentialSchemes } from '../config/credential-schemes.ts'
import { isGivenTo } from '../config/given-credentials.ts'
import type { ApiConfig, UpstreamCredentialConfig } from '../config/schema.ts'
import { PosternError } from '../errors.ts'
import { type Tenant, type TenantsOfApis, tenantOf } from '../policy/tenants.ts'
import type { CredentialSource } from './credentials/credential-source.ts'
import { createExchangeSource } from './credentials/exchange-source.ts'
import { createForwardSource } from './credentials/forward-source.ts'
import { createIdentitySource } from './credentials/identity-source.ts'
import type { SealedCredentials } from './credentials/sealed-credentials.ts'
import { createSealedSource } from './credentials/sealed-source.ts'
import type { SigningKeys } from './credentials/signing-keys.ts'
import { createStaticSource } from './credentials/static-source.ts'
import type { ExchangeConfig } from './credentials/token-endpoint.ts'

/** What the call presents to the backend, and whose it is. */
export interface UpstreamCredentials {
  /** Lower-case names; never logged. */
  readonly headers: Readonly<Record<string, string>>
  /** Whose credential the backend refuses when it answers 401 or 403. */
  readonly from: CredentialOwner
  /**
   * Header values that must not come back in an answer; left out where that is all of the gateway's own, and none of
   * the caller's.
   */
  readonly secrets?: readonly string[]
}

/** The caller's own, the gateway's, or none at all. */
export type CredentialOwner = 'caller' | 'gateway' | 'none'

/**
 * Chooses the upstream credential of a call: the first configured way that fits the caller. Synchronous where nothing
 * has to be waited for. Nothing else of the client's request reaches the backend in a tool call.
 *
 * @throws PosternError `no_upstream_credential` if none fits, `exchange_refused`, `upstream_credential_unavailable`,
 *   `sealed_credential_unreadable`, `store_unavailable`, `cancelled`. A way that fits and fails is never replaced by
 *   the next one: the call would be somebody else's.
 */
export type ChooseCredentials = (
  caller: Authenticated,
  api: string,
  signal?: CancelSignal,
) => UpstreamCredentials | Promise<UpstreamCredentials>

/** What {@link createCredentials} needs. */
export interface CredentialsOptions {
  readonly config: Pick<Config, 'apis' | 'auth' | 'publicUrl'>
  /** Origin and base path of each API's backend, by name. */
  readonly baseUrls: ReadonlyMap<string, string>
  /** Where each tenant has a backend of its own; undefined where no API has that. */
  readonly tenants?: TenantsOfApis
  /** Undefined where none are configured. */
  readonly signing: SigningKeys | undefined
  /** Undefined where there are no keys to open them. */
  readonly sealed: SealedCredentials | undefined
  /** Milliseconds since the epoch; default `Date.now`. */
  readonly now?: () => number
}

/**
 * Prepares the credentials of every API of a configuration.
 *
 * @throws PosternError `configuration_invalid` for what only the documents tell: an `identity` without an audience.
 */
export function createCredentials(options: CredentialsOptions): ChooseCredentials {
  const sources = new Map(options.config.apis.map(api => [api.name, createSources(api, options)]))
  return (caller, api, signal) => {
    const ofApi = sources.get(api)
    if (ofApi === undefined) throw new Error(`no API named ${api}`)
    return choose(ofApi(caller), 0, caller, signal)
  }
}

/** Where there are tenants, each has its own: what is made or kept for the one is never used for another. */
function createSources(
  api: ApiConfig,
  options: CredentialsOptions,
): (caller: Authenticated) => readonly CredentialSource[] {
  const create = (tenant?: Tenant) => api.credentials.map(one => createSource(one, api, options, tenant))
  const tenants = options.tenants?.get(api.name)
  if (tenants === undefined) {
    const all = create()
    return () => all
  }
  const ofTenant = new Map(tenants.all.map(tenant => [tenant, create(tenant)]))
  return ({ principal }) => {
    const tenant = tenantOf(options.tenants, principal, api.name)
    return (tenant && ofTenant.get(tenant)) ?? []
  }
}

function choose(
  sources: readonly CredentialSource[],
  start: number,
  caller: Authenticated,
  signal: CancelSignal | undefined,
): UpstreamCredentials | Promise<UpstreamCredentials> {
  for (let index = start; index < sources.length; index++) {
    const offered = sources[index]?.(caller, signal)
    if (offered instanceof Promise) {
      return offered.then(found => found ?? choose(sources, index + 1, caller, signal))
    }
    if (offered !== undefined) return offered
  }
  throw new PosternError('no_upstream_credential', {
    detail: `no upstream credential fits the scheme ${caller.principal.scheme}`,
  })
}

function createSource(
  config: UpstreamCredentialConfig,
  api: ApiConfig,
  options: CredentialsOptions,
  tenant: Tenant | undefined,
): CredentialSource {
  const { now = Date.now, signing, sealed } = options
  const schemes = credentialSchemes(options.config, api.name, config) ?? new Set()
  switch (config.type) {
    case 'none':
      return () => NONE
    case 'static':
      return createStaticSource(config)
    case 'forward':
      return createForwardSource(schemes)
    case 'identity': {
      const { header } = config
      const keys = required(signing, 'signing')
      const issuer = required(options.config.publicUrl, 'publicUrl')
      const audience = config.audience ?? tenant?.baseUrl ?? originOf(api.name, options.baseUrls)
      return createIdentitySource({ keys, issuer, audience, header, now })
    }
    case 'exchange':
      return createExchangeSource({ config: exchangeFor(config, tenant), schemes, now })
    case 'sealed': {
      const takesGiven = isGivenTo(options.config, api.name, config.headers)
      // The configuration's checks see to it that there are keys where something is kept.
      return createSealedSource({ config, api: api.name, schemes, sealed, takesGiven })
    }
  }
}

/** The configuration's checks see to it that no more than one backend is meant where it says which. */
function exchangeFor(config: ExchangeConfig, tenant: Tenant | undefined): ExchangeConfig {
  if (tenant === undefined || config.audience !== undefined || config.resource !== undefined) return config
  return { ...config, resource: tenant.baseUrl }
}

const NONE: UpstreamCredentials = Object.freeze({ headers: Object.freeze({}), from: 'none' })

function originOf(api: string, baseUrls: ReadonlyMap<string, string>): string {
  const baseUrl = baseUrls.get(api)
  if (baseUrl !== undefined) return new URL(baseUrl).origin
  throw new PosternError('configuration_invalid', {
    message: `The API ${api} has no address of its own, so the tokens of \`identity\` need an \`audience\`.`,
  })
}

/** The configuration's checks see to it. */
function required<Value>(value: Value | undefined, key: string): Value {
  if (value !== undefined) return value
  throw new PosternError('configuration_invalid', { message: `An upstream credential needs ${key}.` })
}
