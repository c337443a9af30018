/**
 * The Content-Security-Policy of every page: nothing is loaded or run, nobody frames it, and its form leads here and to
 * the redirect URIs that it is about (CSP level 3; browsers hold `form-action` against redirects too).
 *
 * @param style - the source of the page's only style sheet, `'sha256-…'`
 * @param targets - whole redirect URIs
 */
export function contentSecurityPolicy(style: string, targets: readonly string[] = []): string {
  const leadsTo = ["'self'", ...new Set(targets.flatMap(source))].join(' ')
  return [
    "default-src 'none'",
    `style-src ${style}`,
    `form-action ${leadsTo}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ')
}

/** An address as the policy's grammar can say it; of private schemes and of IPv6 only the scheme. */
function source(target: string): readonly string[] {
  if (!URL.canParse(target)) return []
  const { protocol, origin, hostname } = new URL(target)
  if (!/^[a-z][a-z0-9+.-]*:$/.test(protocol)) return []
  const hasOrigin = protocol === 'https:' || protocol === 'http:'
  return [hasOrigin && !hostname.startsWith('[') ? origin : protocol]
}
