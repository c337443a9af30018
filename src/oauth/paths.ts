/** Where the authorization server is, below its issuer: as its routes, its metadata and its pages have it. */
export const PATHS = {
  authorize: '/oauth/authorize',
  token: '/oauth/token',
  register: '/oauth/register',
  revoke: '/oauth/revoke',
  introspect: '/oauth/introspect',
  signIn: '/oauth/sign-in',
  /** The redirect URI at the first identity provider; those of others are below it: see `sign-in/callback-path.ts`. */
  callback: '/oauth/callback',
  consent: '/oauth/consent',
  connections: '/connections',
} as const

/** The same at the root, where clients look that read no metadata (MCP 2025-03-26 "Fallbacks for Servers without Metadata"). */
export const ALIASES = { authorize: '/authorize', token: '/token', register: '/register' } as const

/** To the consent page of a flow. @param flow - its id */
export function consentPath(flow: string): string {
  return `${PATHS.consent}?flow=${flow}`
}

/** To the sign-in page of a flow. @param flow - its id */
export function signInPath(flow: string): string {
  return `${PATHS.signIn}?flow=${flow}`
}
