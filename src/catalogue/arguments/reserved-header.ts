/**
 * Whether a header parameter must not be an argument: it belongs to the transport (RFC 9110 7.6.1), to the
 * credential or to the routing between proxies, says who the caller is, or replaces the method or the path.
 * Compared as backends do: without case, and `_` as `-`.
 */
export function isReservedHeader(name: string): boolean {
  const canonical = name.toLowerCase().replaceAll('_', '-')
  return RESERVED.has(canonical) || RESERVED_START.test(canonical) || isCredentialHeader(name)
}

/** Whether a header carries a credential by its name, declared as a security scheme or not. */
export function isCredentialHeader(name: string): boolean {
  const canonical = name.toLowerCase().replaceAll('_', '-')
  return CREDENTIAL.test(canonical)
}

/** Whether a cookie signs somebody in or keeps a session, by its name: callers may not set it. */
export function isCredentialCookie(name: string): boolean {
  const canonical = name
    .slice(0, 256)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
  return CREDENTIAL_COOKIE.test(canonical) || CREDENTIAL.test(canonical) || isIdentityHeader(name)
}

/** Whether backends behind a proxy take the header for the caller's identity: only `bind` may set it. */
export function isIdentityHeader(name: string): boolean {
  return IDENTITY.test(name.toLowerCase().replaceAll('_', '-'))
}

/** Headers that OpenAPI 3.x says to ignore as parameters ("Parameter Object", `name`). */
export function isIgnoredHeader(name: string): boolean {
  return /^(?:accept|content-type|authorization)$/i.test(name)
}

const RESERVED = new Set(
  (
    'accept accept-encoding authorization connection content-encoding content-length content-type cookie ' +
    'cookie2 date destination expect forwarded front-end-https host http2-settings keep-alive max-forwards origin ' +
    'set-cookie te trailer transfer-encoding true-client-ip upgrade user-agent via x-client-ip x-cluster-client-ip ' +
    'x-host x-http-host-override x-http-method x-http-method-override x-method-override x-original-host ' +
    'x-original-method x-original-uri x-original-url x-originating-ip x-override-url x-real-ip x-remote-addr ' +
    'x-remote-ip x-rewrite-url x-url-scheme'
  ).split(' '),
)
const RESERVED_START =
  /^(?:content-(?!(?:range|md5|digest|language|disposition)$)|proxy-|sec-|x-forwarded|x-envoy-|x-middleware-|cf-connecting-|fastly-client-)/
const CREDENTIAL =
  /^(?:x-)?(?:[a-z0-9]+-){0,2}(?:api-?key|api-?token|access-?token|auth-?token|id-?token|auth-?key|secret|secret-?key|password|session-?token|bearer)$/
const CREDENTIAL_COOKIE =
  /session|sessid|(?:^|-)sess(?:$|-)|(?:^|-)s?sid(?:$|-)|(?:^|-)(?:auth|authorization|token|jwt|csrf|xsrf|login|credentials?|password|remember-?me|connect-sid)(?:$|-)|(?:token|auth|jwt)$|^-?(?:host|secure)-/
const IDENTITY =
  /^(?:remote-(?:user|groups|name|email)|(?:x-)?(?:user|username|auth|authenticated|remote|ssl-client|client-cert|consumer|credential|goog-authenticated|ms-client-principal|ms-token|amzn-oidc|webauth|jwt|userinfo|principal|impersonate|authentik|token-subject|pomerium|tailscale-user|vouch|access-token|id-token)(?:-.*)?|x-(?:org|tenant|account)-?id|cf-access-.*|impersonate-.*)$/
