/** Where a Redis server is and how to sign in, as its URL says. */
export interface RedisAddress {
  /** A host name or an IP address, IPv6 without brackets; undefined for a Unix socket. */
  readonly host: string | undefined
  readonly port: number
  /** The path of a Unix socket. */
  readonly socket: string | undefined
  /** True for `rediss://`. */
  readonly tls: boolean
  readonly username: string | undefined
  readonly password: string | undefined
  readonly db: number | undefined
}

/** What is wrong with a URL and what to do; neither shows the URL, which may hold a password. */
export interface RedisAddressMistake {
  readonly message: string
  readonly fix: string
}

/**
 * Reads `redis[s]://[[user]:password@]host[:port][/db]` or `unix:///path/of.sock`. Parameters after a `?` are refused:
 * clients read options from there, and one of them would switch off the check of certificates.
 */
export function parseRedisAddress(
  text: string,
): { readonly address: RedisAddress } | { readonly mistake: RedisAddressMistake } {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^(rediss?|unix):$/.test(url.protocol)) return mistake(...NO_URL)
  if (url.search !== '' || url.hash !== '') {
    return mistake('it has parameters after ? or #', 'write them as keys beside it, like db or tls')
  }
  const credentials = readCredentials(url)
  if (credentials === undefined) {
    return mistake(
      'its user or password has a % that is no percent-encoding',
      'write %25 for %, or use the keys username and password',
    )
  }
  if (credentials.username !== undefined && credentials.password === undefined) {
    return mistake(
      'it names a user without a password',
      'write redis://user:password@host, or :password@host',
    )
  }
  return url.protocol === 'unix:' ? socketAddress(url, credentials) : hostAddress(url, credentials)
}

const NO_URL = ['not the URL of a Redis', 'start it with redis://, rediss:// or unix:///'] as const

type Credentials = Pick<RedisAddress, 'username' | 'password'>
type Parsed = ReturnType<typeof parseRedisAddress>

function hostAddress(url: URL, credentials: Credentials): Parsed {
  const db = /^\/(\d{1,5})$/.exec(url.pathname)?.[1]
  if (url.hostname === '') return mistake(...NO_URL)
  if (db === undefined && url.pathname !== '' && url.pathname !== '/') {
    return mistake('what follows the host is no number of a database', 'write like redis://host:6379/0')
  }
  return {
    address: {
      ...credentials,
      host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
      port: url.port === '' ? 6_379 : Number(url.port),
      socket: undefined,
      tls: url.protocol === 'rediss:',
      db: db === undefined ? undefined : Number(db),
    },
  }
}

function socketAddress(url: URL, credentials: Credentials): Parsed {
  if (url.host !== '' || url.pathname.length < 2) {
    return mistake('not the path of a socket', 'write like unix:///run/redis/redis.sock')
  }
  const socket = decode(url.pathname)
  if (socket === undefined) return mistake('its path has a % that is no percent-encoding', 'write %25 for %')
  return { address: { ...credentials, host: undefined, port: 0, socket, tls: false, db: undefined } }
}

function readCredentials(url: URL): Credentials | undefined {
  const username = decode(url.username)
  const password = decode(url.password)
  if (username === undefined || password === undefined) return undefined
  return { username: username || undefined, password: password || undefined }
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

function mistake(message: string, fix: string): { readonly mistake: RedisAddressMistake } {
  return { mistake: { message, fix } }
}
