import type { IncomingHttpHeaders } from 'node:http'

/** Response headers, lower-case names. */
export type ResponseHeaders = Readonly<Record<string, string>>

/**
 * CORS headers of an answer to an allowed origin, so that a client in a browser (the MCP Inspector) can read
 * it, the challenge of a 401 included. Cookies play no part here, so Access-Control-Allow-Credentials is never
 * sent. Undefined for requests that come from no web page.
 */
export function corsHeaders(origin: string | undefined): ResponseHeaders | undefined {
  if (origin === undefined) return undefined
  return {
    'access-control-allow-origin': origin,
    'access-control-expose-headers':
      'WWW-Authenticate, Retry-After, RateLimit, RateLimit-Policy, MCP-Protocol-Version, Mcp-Session-Id',
    vary: 'Origin',
  }
}

/**
 * Headers of the answer to a preflight from an allowed origin. The names it asks for are granted as asked:
 * which headers carry a credential is configured, and `Mcp-Param-*` names come from the tools.
 */
export function preflightHeaders(origin: string, headers: IncomingHttpHeaders): ResponseHeaders {
  const asked = headers['access-control-request-headers']
  return {
    ...corsHeaders(origin),
    'access-control-allow-methods': 'POST',
    'access-control-allow-headers':
      asked !== undefined && HEADER_NAMES.test(asked) ? asked : 'Content-Type, Accept, Authorization',
    'access-control-max-age': '600',
    vary: 'Origin, Access-Control-Request-Headers',
    ...(headers['access-control-request-private-network'] === 'true' && {
      'access-control-allow-private-network': 'true',
    }),
  }
}

const HEADER_NAMES = /^[\w!#$%&'*+.^`|~-]+(?:[ \t]*,[ \t]*[\w!#$%&'*+.^`|~-]+)*$/
