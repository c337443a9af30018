import type { Principal } from '../auth/principal.ts'
import type { Config } from '../config/config.ts'
import { type TenantUrl, tenantUrl } from '../config/tenant-url.ts'
import { PosternError } from '../errors.ts'

/** One tenant of an API, and where its backend is. Frozen; one object for each as long as the configuration is. */
export interface Tenant extends TenantUrl {
  readonly name: string
}

/** The tenants of one API: a closed list. */
export interface Tenants {
  readonly all: readonly Tenant[]
  /**
   * The caller's, by what their verified credential says and by nothing that a request holds. Names are compared
   * character by character: neither case, spaces nor look-alikes make another one the same.
   */
  readonly of: (principal: Principal) => Tenant | undefined
}

/** By the API's name; undefined where none has tenants, which is nearly always. */
export type TenantsOfApis = ReadonlyMap<string, Tenants> | undefined

/** Prepares the tenants of a configuration. Pure. */
export function createTenants(apis: Config['apis']): TenantsOfApis {
  const found = apis.flatMap(({ name, tenants }) =>
    tenants === undefined ? [] : [[name, compile(tenants)] as const],
  )
  return found.length === 0 ? undefined : new Map(found)
}

/** What callers are told who are of no tenant that is listed; no tenant is named, theirs included. */
export const NO_TENANT =
  'This gateway knows no backend for your organisation, so the call was sent to none. Another scope or another try will not help; an administrator can say whether your organisation is to be served here.'

/**
 * The tenant that a caller's calls to an API go to; undefined where the API has one backend for everybody.
 *
 * @throws PosternError `access_denied` where it has tenants and the caller is of none of them
 */
export function tenantOf(tenants: TenantsOfApis, principal: Principal, api: string): Tenant | undefined {
  const ofApi = tenants?.get(api)
  if (ofApi === undefined) return undefined
  const tenant = ofApi.of(principal)
  if (tenant !== undefined) return tenant
  throw new PosternError('access_denied', {
    message: NO_TENANT,
    detail: `the caller is of no tenant of the API ${api}`,
  })
}

function compile({ by, upstreams }: NonNullable<Config['apis'][number]['tenants']>): Tenants {
  const byName = new Map(
    Object.entries(upstreams).map(([name, upstream]) => [
      name,
      Object.freeze({ name, ...tenantUrl(upstream) }),
    ]),
  )
  const known = new WeakMap<Principal, { readonly tenant: Tenant | undefined }>()
  return {
    all: [...byName.values()],
    of(principal) {
      const before = known.get(principal)
      if (before !== undefined) return before.tenant
      const name = by.evaluate(principal)
      const tenant = typeof name === 'string' ? byName.get(name) : undefined
      known.set(principal, { tenant })
      return tenant
    },
  }
}
