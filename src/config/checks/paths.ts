import type { Config } from '../config.ts'
import { pathHolds } from '../path-holds.ts'
import type { ConfigPath, Finding } from '../problem.ts'
import { publishedPaths } from '../published-paths.ts'

const RESERVED = ['/healthz', '/readyz', '/.well-known']

/** Of the authorization server, and what clients take for it at the root of a host. */
const OF_OAUTH = ['/oauth', '/authorize', '/token', '/register', '/connections']

/** URL paths of this gateway that would answer for one another. */
export function checkPaths(config: Config): readonly Finding[] {
  const passthrough = config.passthrough?.path
  const findings: Finding[] = [...ofOAuth(config), ...ofPublication(config), ...ofBundles(config)]
  const seen = new Set<string>()
  for (const [index, server] of config.servers.entries()) {
    const path = ['servers', index, 'path']
    findings.push(...checkPath(path, server.path))
    if (seen.has(server.path))
      findings.push(finding(path, 'another server has this path', 'give each its own'))
    seen.add(server.path)
    if (
      passthrough !== undefined &&
      (pathHolds(passthrough, server.path) || holdsBelow(server.path, passthrough))
    ) {
      findings.push({
        ...finding(path, `${server.path} and passthrough.path ${passthrough} overlap`, 'move one of them'),
        concerns: [['passthrough', 'path']],
      })
    }
  }
  if (passthrough !== undefined) {
    findings.push(...checkPath(['passthrough', 'path'], passthrough))
    const taken = RESERVED.find(reserved => holdsBelow(passthrough, reserved) || passthrough === '/')
    if (taken !== undefined) {
      findings.push(
        finding(['passthrough', 'path'], `it would take ${taken}, which is Postern’s own`, 'write /api'),
      )
    }
  }
  return findings
}

/** A path that is Postern's own, or that clients would not ask for as it is written. */
export function checkPath(path: ConfigPath, value: string): readonly Finding[] {
  const reserved = RESERVED.find(own => pathHolds(own, value))
  if (reserved !== undefined) {
    return [finding(path, `${reserved} is Postern’s own`, 'write another path, for example /mcp')]
  }
  // Clients and proxies take such segments away before they ask.
  if (/\/(\.{0,2})\//.test(`${value}/`) && value !== '/') {
    return [finding(path, 'it has an empty, . or .. segment', 'write the path without it')]
  }
  return []
}

/** Where an author gives this gateway a path. */
function placesOf({ servers, passthrough, admin }: Config) {
  return [
    ...servers.map(({ path }, position) => ({ value: path, path: ['servers', position, 'path'] })),
    ...(passthrough === undefined ? [] : [{ value: passthrough.path, path: ['passthrough', 'path'] }]),
    ...(admin === undefined ? [] : [{ value: admin.path, path: ['admin', 'path'] }]),
  ]
}

/** What is told of the servers has addresses of its own, also while nothing is told: a reload may change that. */
function ofPublication(config: Config): readonly Finding[] {
  const paths = publishedPaths(config.servers.map(({ path }) => path))
  return placesOf(config).flatMap(({ value, path }) => {
    // Of what is reserved anyway, that is said.
    if (!paths.includes(value) || pathHolds('/.well-known', value)) return []
    return [finding(path, `${value} is where Postern tells of its servers`, 'write another path')]
  })
}

/** Also while there is no connect page, next to which they are given away: a reload may change that. */
function ofBundles(config: Config): readonly Finding[] {
  return placesOf(config).flatMap(({ value, path }) => {
    if (value === '/' || !pathHolds('/connect', value)) return []
    return [finding(path, '/connect is where Postern gives bundles away', 'write another path')]
  })
}

/** Where there is an authorization server, its addresses are nobody else's. */
function ofOAuth(config: Config): readonly Finding[] {
  const index = config.auth.findIndex(({ type }) => type === 'oauth')
  if (index < 0) return []
  return placesOf(config).flatMap(({ value, path }) => {
    const isServer = path[0] === 'servers'
    const taken = OF_OAUTH.find(own => pathHolds(own, value) || (isServer ? false : holdsBelow(value, own)))
    if (taken === undefined) return []
    const message = `${taken} belongs to the authorization server`
    return [{ ...finding(path, message, 'write another path'), concerns: [['auth', index]] }]
  })
}

/** True if `inner` lies below `outer`. A server at `/` answers for nothing but `/`. */
function holdsBelow(outer: string, inner: string): boolean {
  return outer !== '/' && inner.startsWith(`${outer}/`)
}

function finding(path: ConfigPath, message: string, fix: string): Finding {
  return { path, message, fix }
}
