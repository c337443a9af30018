/** Which Host and Origin headers a door takes. */
export interface Access {
  /** `localPort` is the port that the connection came in on. */
  readonly isHostAllowed: (host: string | undefined, localPort: number | undefined) => boolean
  /** A request without Origin comes from no web page and is allowed. */
  readonly isOriginAllowed: (origin: string | undefined) => boolean
}

/** What {@link createAccess} is made from; the configuration's keys of the same names. */
export interface AccessOptions {
  readonly publicUrl: string | undefined
  readonly listenHost: string
  /** The port that a Host without one means: 443 where the gateway speaks TLS itself. Default 80. */
  readonly defaultPort?: number | undefined
  readonly allowedHosts: readonly string[] | undefined
  readonly allowedOrigins: readonly string[] | undefined
}

const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '[::1]']

/**
 * Guards against DNS rebinding, where a page that a victim visits makes its own host name point to this server
 * (MCP 2026-07-28 basic/transports/streamable-http "Security & Endpoint").
 *
 * Hosts: the one of `publicUrl`, the listen address and the loopback names with the port in use, and
 * `allowedHosts` (`name` with any port, or `name:port`). Origins: the one of `publicUrl`, and `allowedOrigins`
 * or, where that is not set, pages of this machine.
 *
 * It does not look at X-Forwarded-Host or Forwarded: a client can write those.
 */
export function createAccess(options: AccessOptions): Access {
  const hosts = new Set(options.allowedHosts?.map(host => host.toLowerCase()))
  const origins = new Set(options.allowedOrigins?.map(normaliseOrigin))
  if (options.publicUrl !== undefined) {
    const url = new URL(options.publicUrl)
    hosts.add(url.host)
    if (url.port === '') hosts.add(`${url.hostname}:${url.protocol === 'https:' ? 443 : 80}`)
    origins.add(url.origin)
  }
  const localNames = new Set([...LOOPBACK_NAMES, bracketed(options.listenHost.toLowerCase())])
  const takesLocalPages = options.allowedOrigins === undefined

  /** The last one that was taken: nearly all requests name the same. */
  let last: { readonly header: string; readonly port: number | undefined } | undefined

  return {
    isHostAllowed(header, localPort) {
      if (header === undefined) return false
      if (last !== undefined && header === last.header && localPort === last.port) return true
      if (!isTaken(header, localPort)) return false
      last = { header, port: localPort }
      return true
    },
    isOriginAllowed(origin) {
      if (origin === undefined || origins.has(origin)) return true
      return takesLocalPages && LOCAL_ORIGIN.test(origin)
    },
  }

  function isTaken(header: string, localPort: number | undefined): boolean {
    const host = header.toLowerCase()
    if (hosts.has(host)) return true
    const parts = HOST.exec(host)
    if (parts === null) return false
    const [, name = '', port] = parts
    return (
      hosts.has(name) || (localNames.has(name) && Number(port ?? options.defaultPort ?? 80) === localPort)
    )
  }
}

const HOST = /^([a-z0-9._-]+|\[[0-9a-f:.]+\])(?::(\d{1,5}))?$/
const LOCAL_ORIGIN = /^https?:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/

function bracketed(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host
}

/** Authors write `https://app.acme.com/`; browsers send it without the slash. */
function normaliseOrigin(origin: string): string {
  return URL.canParse(origin) && new URL(origin).origin !== 'null' ? new URL(origin).origin : origin
}
