import type { IncomingHttpHeaders } from 'node:http'
import { isIdentityHeader, isReservedHeader } from '../catalogue/arguments/reserved-header.ts'
import type { Tool } from '../catalogue/tool.ts'
import { canonicalHeader } from '../config/canonical-header.ts'
import type { UpstreamCredentials } from './credentials.ts'

/**
 * The client's headers that go on to the backend: those that describe the request and its body, those of
 * tracing, and the operation's own header parameters. Everything else stays here: credentials in whatever
 * header, cookies, hop-by-hop headers, what proxies and identity providers set, method overrides.
 *
 * @param credentialHeaders - canonical names of all headers in which callers sign in here or calls sign in there: the
 *   client's are never sent, whichever credential this caller gets
 */
export function requestHeaders(
  headers: IncomingHttpHeaders,
  tool: Tool,
  hasBody: boolean,
  credentialHeaders: ReadonlySet<string>,
): Record<string, string> {
  const kept: Record<string, string> = {}
  for (const name of PASSED) copy(name)
  if (hasBody) for (const name of PASSED_WITH_BODY) copy(name)
  for (const parameter of tool.plan.headers) {
    if (!isReservedHeader(parameter.name) && !isIdentityHeader(parameter.name))
      copy(parameter.name.toLowerCase())
  }
  return kept

  function copy(name: string): void {
    const value = headers[name]
    if (typeof value === 'string' && !credentialHeaders.has(canonicalHeader(name))) kept[name] = value
  }
}

/**
 * The backend's headers that go back: all but hop-by-hop ones, cookies, and those by which the backend would
 * speak for the gateway's own origin (CORS, HSTS, Alt-Svc, Clear-Site-Data). A challenge goes back only if it
 * was the caller's own credential that the backend refused; one that repeats what the gateway presented never does.
 *
 * @param rewriteLocation - the place of a Location or Content-Location as clients of the gateway reach it;
 *   undefined drops the header.
 */
export function responseHeaders(
  headers: IncomingHttpHeaders,
  credentials: UpstreamCredentials,
  rewriteLocation: (location: string) => string | undefined,
): Record<string, string | string[]> {
  const hopByHop = new Set(
    String(headers.connection ?? '')
      .toLowerCase()
      .split(/\s*,\s*/),
  )
  const secrets = secretsOf(credentials)
  const kept: Record<string, string | string[]> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || DROPPED.test(name) || hopByHop.has(name)) continue
    if (name === 'www-authenticate' && credentials.from !== 'caller') continue
    if (secrets.some(secret => String(value).includes(secret))) continue
    if (name === 'location' || name === 'content-location') {
      const location = typeof value === 'string' ? rewriteLocation(value) : undefined
      if (location !== undefined) kept[name] = location
    } else {
      kept[name] = value
    }
  }
  return kept
}

/**
 * Where a Location leads for a client of the gateway: below the pass-through where it is within the API, nowhere
 * (undefined) where it is elsewhere on the backend, unchanged where it is another origin.
 *
 * @param base - origin and base path of the backend, without trailing slash.
 * @param asked - path and query that answered, on the same origin.
 */
export function gatewayLocation(
  location: string,
  base: string,
  asked: string,
  prefix: string,
): string | undefined {
  const backend = new URL(base)
  if (!URL.canParse(location, backend.origin + asked)) return undefined
  const target = new URL(location, backend.origin + asked)
  if (!/^https?:$/.test(target.protocol) || target.username !== '' || target.password !== '') return undefined
  if (target.origin !== backend.origin) return target.href
  const basePath = backend.pathname.replace(/\/+$/, '')
  if (target.pathname !== basePath && !target.pathname.startsWith(`${basePath}/`)) return undefined
  return prefix + target.pathname.slice(basePath.length) + target.search + target.hash
}

/** The gateway's own credential without the scheme in front of it; what is shorter could stand there by chance. */
function secretsOf({ from, headers, secrets }: UpstreamCredentials): readonly string[] {
  const values = secrets ?? (from === 'gateway' ? Object.values(headers) : [])
  return values
    .map(value => value.slice(value.indexOf(' ') + 1))
    .filter(bare => bare.length >= SHORTEST_SECRET)
}

const SHORTEST_SECRET = 12

const PASSED = [
  'accept',
  'accept-encoding',
  'accept-language',
  'cache-control',
  'idempotency-key',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
  'prefer',
  'range',
  'traceparent',
  'tracestate',
  'user-agent',
] as const
const PASSED_WITH_BODY = ['content-encoding', 'content-language', 'content-type'] as const
const DROPPED =
  /^(?:set-cookie2?|connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|access-control-.*|alt-svc|clear-site-data|strict-transport-security|public-key-pins.*|service-worker-allowed|refresh|x-powered-by|server|via)$/
