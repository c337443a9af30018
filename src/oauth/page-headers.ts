/**
 * The Content-Security-Policy of every page: nothing is loaded or run, nobody frames it, and its forms lead here and
 * nowhere else (CSP level 3). Browsers hold `form-action` against redirects too: what goes on elsewhere after a form
 * does so by a page of its own.
 *
 * @param style - the source of the page's only style sheet, `'sha256-…'`
 */
export function contentSecurityPolicy(style: string): string {
  return [
    "default-src 'none'",
    `style-src ${style}`,
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ')
}
