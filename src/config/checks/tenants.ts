import type { Config } from '../config.ts'
import type { ConfigPath, Finding } from '../problem.ts'
import type { ApiConfig } from '../schema.ts'
import { tenantUrl } from '../tenant-url.ts'

type Tenants = NonNullable<ApiConfig['tenants']>

/** Tenants that nobody could be of, and what would let one tenant's calls or credentials get to another's backend. */
export function checkTenants({ apis, entitlements }: Config): readonly Finding[] {
  return apis.flatMap(({ tenants, upstreams, credentials }, index) => {
    if (tenants === undefined) return []
    const path = ['apis', index]
    return [
      ...learnt(tenants, entitlements, [...path, 'tenants', 'by']),
      ...names(tenants, [...path, 'tenants', 'upstreams']),
      ...nested(tenants, [...path, 'tenants', 'upstreams']),
      ...further(upstreams, [...path, 'upstreams']),
      ...audiences(tenants, credentials, [...path, 'credentials']),
    ]
  })
}

/** A backend that says what callers may would choose by its answer whose backend they get to. */
function learnt({ by }: Tenants, entitlements: Config['entitlements'], path: ConfigPath): readonly Finding[] {
  const member = (['flags', 'roles'] as const).find(
    each => by.members.includes(each) && entitlements?.[each] !== undefined,
  )
  if (member === undefined) return []
  const message = `a backend’s answer about ${member} would choose whose backend is asked`
  const fix = 'use what the credential itself says, for example principal.organization'
  return [{ path, message, fix, concerns: [['entitlements']] }]
}

function names({ upstreams }: Tenants, path: ConfigPath): readonly Finding[] {
  return Object.keys(upstreams).flatMap(name => {
    if (name === name.trim() && !/\p{Cc}/u.test(name)) return []
    const message = 'the name has a space at an end, or a character that nobody sees'
    return [{ path: [...path, name], message, fix: 'write it exactly as credentials name the tenant' }]
  })
}

/** A path of the one could be a path of the other: a redirect, or the document, would lead there. */
function nested({ upstreams }: Tenants, path: ConfigPath): readonly Finding[] {
  const places = Object.entries(upstreams).map(([name, upstream]) => ({ name, ...tenantUrl(upstream) }))
  return places.flatMap(({ name, baseUrl }) => {
    const outer = places.find(other => baseUrl.startsWith(`${other.baseUrl}/`))
    if (outer === undefined) return []
    const message = `this backend lies within that of ${outer.name}`
    return [
      { path: [...path, name], message, fix: 'give each its own origin, or its own path beside the other’s' },
    ]
  })
}

function further(upstreams: readonly string[], path: ConfigPath): readonly Finding[] {
  if (upstreams.length === 0) return []
  const message = 'all tenants’ calls would go to these addresses, whoever they are of'
  return [{ path, message, fix: 'remove it; with tenants, each call goes to its tenant’s backend alone' }]
}

/** What one tenant's backend is shown must not be good at another's. */
function audiences(
  { upstreams }: Tenants,
  credentials: ApiConfig['credentials'],
  path: ConfigPath,
): readonly Finding[] {
  const backends = new Set(Object.values(upstreams).map(upstream => tenantUrl(upstream).baseUrl))
  if (backends.size < 2) return []
  return credentials.flatMap((credential, index) => {
    const key = SHARED.find(name => name in credential && Reflect.get(credential, name) !== undefined)
    if ((credential.type !== 'identity' && credential.type !== 'exchange') || key === undefined) return []
    const message = 'a token that one tenant’s backend is shown would be good at another’s'
    const fix = 'remove it; each token is then for the base URL of its tenant’s backend'
    return [{ path: [...path, index, key], message, fix }]
  })
}

const SHARED = ['audience', 'resource'] as const
