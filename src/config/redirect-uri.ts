/**
 * Reads the redirect URIs of OAuth clients, which decide where codes go: nothing about one may be open to another
 * reading. Whether one is allowed is not asked here (`oauth/redirects/create-redirect-policy.ts`).
 */

/** A redirect URI that everybody reads alike. */
export interface RedirectUri {
  /** As written; but for a missing path, what a URL parser makes of it. */
  readonly uri: string
  /** `loopback`: http to `localhost`, 127.0.0.1 or [::1] and nothing else. `app`: a private scheme (RFC 8252 7.1). */
  readonly kind: 'https' | 'loopback' | 'app'
  /** With its colon: `https:`. */
  readonly scheme: string
  /** As ASCII; IPv6 in brackets; '' where a private scheme has none. */
  readonly host: string
  /** Digits; '' for none. */
  readonly port: string
  /** `/` where none is written. */
  readonly path: string
  /** With its question mark; '' for none. */
  readonly query: string
}

/** A redirect URI, or what is wrong with it: how the sentence `… is not allowed: it <mistake>` goes on. */
export type ReadRedirectUri =
  | { readonly redirect: RedirectUri; readonly mistake?: undefined }
  | { readonly redirect?: undefined; readonly mistake: string }

/** Longest redirect URI in characters. */
const LONGEST_REDIRECT_URI = 2_048

/** A host name of letters, digits and hyphens in lower case (RFC 1123); no address, and no dot at its end. */
export const HOST_NAME =
  /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*(?![0-9]+$|0x[0-9a-f]*$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/

/**
 * Takes a redirect URI apart by its own grammar, and then asks the URL parser of browsers (WHATWG): what the two don't
 * read alike is none. So user names, backslashes, other spellings of an address, dot segments, upper-case hosts,
 * default ports, and whatever else a parser would repair are refused. A missing path is the one thing that may differ.
 */
export function readRedirectUri(uri: string): ReadRedirectUri {
  if (uri.length > LONGEST_REDIRECT_URI)
    return { mistake: `has more than ${LONGEST_REDIRECT_URI} characters` }
  const strange = findStrange(uri)
  if (strange !== undefined) return { mistake: strange }
  const [, scheme = '', rest = ''] = /^([a-z][a-z0-9+.-]{0,63}:)(.*)$/.exec(uri) ?? []
  if (scheme === '') return { mistake: 'does not begin with a scheme in lower case' }
  if (REFUSED_SCHEMES.test(scheme)) return { mistake: `has the scheme ${scheme}, which takes no redirects` }
  const isWeb = scheme === 'https:' || scheme === 'http:'
  const parts = (isWeb ? WEB : PRIVATE).exec(rest)?.groups
  if (parts === undefined) {
    return { mistake: isWeb ? 'has no host, or one that is not plain' : 'is not of the form scheme:/path' }
  }
  const { host = '', port = '', path = '', query = '' } = parts
  const mistake =
    (isWeb ? findHostMistake(scheme, host) : undefined) ?? findQueryMistake(query) ?? findPortMistake(port)
  if (mistake !== undefined) return { mistake }
  const whole = { uri, scheme, host, port, path: path === '' ? '/' : path, query }
  if (!isReadAlike(whole, path)) return { mistake: 'is not written as a URL parser would write it' }
  const kind = scheme === 'https:' ? 'https' : isWeb ? 'loopback' : 'app'
  return { redirect: Object.freeze({ ...whole, kind }) }
}

/** Hosts of which the port is free (RFC 8252 section 7.3); to the letter, as other spellings need a resolver. */
const LOOPBACK_HOSTS: readonly string[] = ['localhost', '127.0.0.1', '[::1]']

/** Host and port as such, no user: there is no `@` among the characters that any part may have. */
const WEB =
  /^\/\/(?<host>[a-z0-9.-]+|\[[0-9a-f:]+\])(?::(?<port>[0-9]{1,5}))?(?<path>\/[^?]*)?(?<query>\?.*)?$/
/** `scheme:/path` or `scheme://host/path`; never a path alone, which browsers don't take apart, nor an empty host. */
const PRIVATE = /^(?=\/)(?:\/\/(?<host>[A-Za-z0-9.-]+))?(?<path>\/(?!\/)[^?]*)?(?<query>\?.*)?$/
/** Schemes that run something, open something local, or belong to the browser. */
const REFUSED_SCHEMES =
  /^(?:javascript|vbscript|data|blob|file|filesystem|about|view-source|jar|resource|chrome.*|moz-.*|ms-.*|intent|android-app|search-ms|shell|ldaps?|ftps?|sftp|wss?|mailto|tel|sms|urn|cid|mid|ssh|telnet|smb|nfs|dict|gopher|feed|about-.*|wyciwyg|livescript|mocha|x-javascript|res|mk|its|mhtml|ws\+unix|http\+unix):$/

/** What no redirect URI has in any part (RFC 3986 section 2): all that parsers strip, repair or read as another sign. */
function findStrange(uri: string): string | undefined {
  if (/[^\x21-\x7e]/.test(uri)) return 'has a space, a control character, or one that is not ASCII'
  if (uri.includes('#')) return 'has a fragment'
  if (uri.includes('\\')) return 'has a backslash'
  if (uri.includes('@')) return 'has a user name, or an @'
  if (/["<>^`{|}]/.test(uri)) return 'has a character that must be percent-encoded'
  if (/%(?![0-9A-Fa-f]{2})/.test(uri)) return 'has a % that encodes nothing'
  if (/%(?:[01][0-9a-f]|7f)/i.test(uri)) return 'has an encoded control character'
  return undefined
}

function findHostMistake(scheme: string, host: string): string | undefined {
  if (scheme === 'http:') {
    return LOOPBACK_HOSTS.includes(host) ? undefined : 'is http and not to localhost, 127.0.0.1 or [::1]'
  }
  if (HOST_NAME.test(host) || /^\[|^(?:\d{1,3}\.){3}\d{1,3}$/.test(host)) return undefined
  return 'has a host that is not plain'
}

/** What the response adds (RFC 6749 section 4.1.2, RFC 9207): who reads the first or last of two reads another one. */
const RESPONSE_PARAMETERS =
  /^(?:code|state|iss|error|error_description|error_uri|response|id_token|access_token)(?:\[|$)/

function findQueryMistake(query: string): string | undefined {
  const names = query
    .slice(1)
    .split(/[&;]/)
    .flatMap(pair => [...new URLSearchParams(pair).keys()])
  const taken = names.find(name => RESPONSE_PARAMETERS.test(name.trim().toLowerCase()))
  return taken === undefined ? undefined : 'has a parameter in its query that the response adds'
}

function findPortMistake(port: string): string | undefined {
  return port === '0' ? 'has the port 0' : undefined
}

/** The second reader: every part is the same, and so is the whole once it is written again. */
function isReadAlike(parts: Omit<RedirectUri, 'kind'>, path: string): boolean {
  if (!URL.canParse(parts.uri)) return false
  const url = new URL(parts.uri)
  const isWhole = url.href === parts.uri || (path === '' && url.href === withSlash(parts))
  return (
    isWhole &&
    url.protocol === parts.scheme &&
    url.hostname === parts.host &&
    url.port === parts.port &&
    (url.pathname === parts.path || (path === '' && url.pathname === '')) &&
    url.search === parts.query &&
    url.username === '' &&
    url.password === ''
  )
}

function withSlash({ scheme, host, port, query }: Omit<RedirectUri, 'kind'>): string {
  return `${scheme}//${host}${port === '' ? '' : `:${port}`}/${query}`
}
