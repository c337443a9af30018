/** Where one tenant's backend is. */
export interface TenantUrl {
  /** Scheme, host and port. */
  readonly origin: string
  /** Without trailing slash; empty where it is the whole origin. */
  readonly basePath: string
  /** Both together: one spelling of each backend. */
  readonly baseUrl: string
}

/** Takes a base URL of `tenants.upstreams` apart. */
export function tenantUrl(upstream: string): TenantUrl {
  const { origin, pathname } = new URL(upstream)
  const basePath = pathname.replace(/\/+$/, '')
  return { origin, basePath, baseUrl: origin + basePath }
}
