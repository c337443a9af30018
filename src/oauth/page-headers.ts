/**
 * The Content-Security-Policy of every page: nothing is loaded or run, nobody frames it, and its forms lead here and
 * nowhere else (CSP level 3). Browsers hold `form-action` against redirects too: what goes on elsewhere after a form
 * does so by a page of its own.
 *
 * @param style - the sources of the page's own style sheets, `'sha256-…'`
 * @param script - the source of its only script; undefined: it has none
 */
export function contentSecurityPolicy(style: string, script?: string): string {
  return [
    "default-src 'none'",
    `style-src ${style}`,
    ...(script === undefined ? [] : [`script-src ${script}`]),
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ')
}
