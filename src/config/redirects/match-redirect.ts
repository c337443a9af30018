import { type RedirectUri, readRedirectUri } from '../redirect-uri.ts'

/**
 * Whether a presented redirect URI is a registered one: equal to the letter (RFC 9700 section 4.1.3). Two things are
 * free: the port of `http://localhost`, `http://127.0.0.1` and `http://[::1]`, also where the registered one names one
 * (RFC 8252 section 7.3); and the slash of `https://host/`. The hosts are not exchangeable: a client that registered
 * `localhost` does not get its codes at 127.0.0.1.
 *
 * What can't be read without doubt matches nothing, itself included.
 */
export function matchRedirect(registered: string, presented: string): boolean {
  const [known, given] = [readRedirectUri(registered).redirect, readRedirectUri(presented).redirect]
  if (known === undefined || given === undefined) return false
  if (known.uri === given.uri) return true
  return (
    known.scheme === given.scheme &&
    known.host === given.host &&
    (known.kind === 'loopback' || known.port === given.port) &&
    pathOf(known) === pathOf(given) &&
    known.query === given.query
  )
}

/** Private schemes are opaque: only of web addresses is a missing path the root. */
function pathOf({ kind, uri, path }: RedirectUri): string {
  return kind === 'app' ? uri : path
}
