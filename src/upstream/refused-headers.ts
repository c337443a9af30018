/**
 * Whether a request header belongs to the transport, to the credentials or to the routing between proxies, so
 * that no caller and no document may set it: hop-by-hop (RFC 9110 7.6.1), Host, Content-*, Authorization,
 * Cookie, Forwarded and its relatives, and headers that replace the method or the path behind a policy's back.
 */
export function isRefusedHeader(name: string): boolean {
  const canonical = canonicalName(name)
  return REFUSED.has(canonical) || REFUSED_START.test(canonical)
}

/**
 * Whether backends behind a proxy take this header for the caller's identity. Only a configuration's `bind`
 * may set such a one.
 */
export function isIdentityHeader(name: string): boolean {
  return IDENTITY.test(canonicalName(name))
}

/** Lower case, and `_` as `-`: CGI, WSGI and Rack map both to the same variable. */
function canonicalName(name: string): string {
  return name.toLowerCase().replaceAll('_', '-')
}

const REFUSED = new Set([
  'accept-encoding',
  'authorization',
  'connection',
  'cookie',
  'cookie2',
  'date',
  'expect',
  'forwarded',
  'front-end-https',
  'host',
  'http2-settings',
  'keep-alive',
  'max-forwards',
  'origin',
  'te',
  'trailer',
  'transfer-encoding',
  'true-client-ip',
  'upgrade',
  'via',
  'x-cluster-client-ip',
  'x-client-ip',
  'x-host',
  'x-http-host-override',
  'x-http-method',
  'x-http-method-override',
  'x-method-override',
  'x-original-host',
  'x-original-method',
  'x-original-uri',
  'x-original-url',
  'x-override-url',
  'x-real-ip',
  'x-remote-addr',
  'x-remote-ip',
  'x-originating-ip',
  'x-rewrite-url',
  'x-url-scheme',
])
const REFUSED_START = /^(?:content-|proxy-|x-forwarded|x-envoy-|x-middleware-|cf-connecting-|fastly-client-)/
const IDENTITY =
  /^(?:remote-user|remote-groups|remote-name|remote-email|(?:x-)?(?:user|username|auth|authenticated|remote|ssl-client|client-cert|consumer|credential|goog-authenticated|ms-client-principal|ms-token|amzn-oidc|webauth|jwt|userinfo|principal|impersonate|authentik|token-subject|pomerium|tailscale-user|vouch|access-token|id-token)(?:-.*)?|x-(?:org|tenant|account)-?id|cf-access-.*|impersonate-.*)$/
