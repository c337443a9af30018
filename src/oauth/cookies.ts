import { parseCookie, stringifySetCookie } from 'cookie'
import type { OAuthRequest, SetCookie } from './http.ts'

/** Browsers then take the cookie from this host alone, over https alone, for all paths (RFC 6265bis section 4.1.3.2). */
const HOST_PREFIX = '__Host-'

/**
 * The cookies of a request by the names that the rest of the server uses. Where the site is https only those count that
 * no other host of the domain can have set.
 */
export function readCookies(header: string | undefined, isSecure: boolean): OAuthRequest['cookies'] {
  const found: Record<string, string | undefined> = Object.create(null)
  for (const [name, value] of Object.entries(parseCookie(header ?? ''))) {
    if (!isSecure) found[name] = value
    else if (name.startsWith(HOST_PREFIX)) found[name.slice(HOST_PREFIX.length)] = value
  }
  return found
}

/** One `Set-Cookie` value. */
export function writeCookie({ name, value, maxAge }: SetCookie, isSecure: boolean): string {
  return stringifySetCookie({
    name: isSecure ? HOST_PREFIX + name : name,
    value: value ?? '',
    path: '/',
    httpOnly: true,
    // Lax: the browser comes back from an identity provider by a link of another site.
    sameSite: 'lax',
    secure: isSecure,
    ...(value === undefined ? { maxAge: 0 } : maxAge !== undefined && { maxAge: Math.ceil(maxAge / 1_000) }),
  })
}
