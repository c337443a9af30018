import type { Config } from './config.ts'
import { isLoopback } from './loopback.ts'
import { type ConfigProblem, formatPath } from './problem.ts'
import { tenantUrl } from './tenant-url.ts'

/** What {@link configNotes} says of backends of tenants. Pure. */
export function tenantNotes({ apis }: Pick<Config, 'apis'>): readonly ConfigProblem[] {
  return apis.flatMap(({ tenants, credentials }, index) => {
    if (tenants === undefined) return []
    const places = Object.entries(tenants.upstreams).map(([name, upstream]) => ({
      name,
      path: formatPath(['apis', index, 'tenants', 'upstreams', name]),
      ...tenantUrl(upstream),
    }))
    return [...plain(places), ...twice(places), ...sharedSecrets(credentials, index, places.length)]
  })
}

interface Place extends ReturnType<typeof tenantUrl> {
  readonly name: string
  readonly path: string
}

function plain(places: readonly Place[]): readonly ConfigProblem[] {
  return places.flatMap(({ path, origin }) => {
    const { protocol, hostname } = new URL(origin)
    if (protocol !== 'http:' || isLoopback(hostname)) return []
    const message = `calls and their credentials go to ${hostname} over plain http`
    return [{ path, message, fix: 'use https, unless that network is yours alone' }]
  })
}

function twice(places: readonly Place[]): readonly ConfigProblem[] {
  return places.flatMap(({ name, path, baseUrl }, position) => {
    const other = places.slice(0, position).find(before => before.baseUrl === baseUrl)
    if (other === undefined) return []
    const message = `${name} and ${other.name} have one backend, which alone keeps them apart`
    return [{ path, message, fix: 'correct the URL, unless they do share it' }]
  })
}

function sharedSecrets(
  credentials: Config['apis'][number]['credentials'],
  index: number,
  count: number,
): readonly ConfigProblem[] {
  if (count < 2) return []
  return credentials.flatMap(({ type }, position) => {
    if (type !== 'static') return []
    const path = formatPath(['apis', index, 'credentials', position])
    const message = `the backends of all ${count} tenants are shown the same secret`
    return [{ path, message, fix: 'use identity or sealed, unless one operator runs all of them' }]
  })
}
