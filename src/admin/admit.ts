import type { IncomingHttpHeaders } from 'node:http'
import { PosternError } from '../errors.ts'
import type { AdminCall } from './admin-call.ts'
import type { AdminOptions } from './admin-options.ts'
import type { AdminRoute } from './route.ts'
import { findRoute } from './routes.ts'
import { isSigned } from './verify-webhook.ts'

/**
 * Judges a request before its body is read: Host and Origin, address and method, media type, caller and role, in this
 * order. Sets `call.matched`, and `call.principal` where a credential came; a signature is verified with the body.
 *
 * @throws PosternError for every refusal
 */
export async function admit(
  call: AdminCall,
  routes: readonly AdminRoute[],
  options: AdminOptions,
): Promise<void> {
  const { raw } = call.request
  checkAccess(raw.headers, raw.socket.localPort, options)
  call.matched = findRoute(routes, raw.method ?? '', pathBelow(raw.url ?? '', options.path))
  const { route } = call.matched
  if (route.body !== undefined) checkMediaType(raw.headers)
  if (isSigned(raw.headers)) {
    refuseSigned(call, route, options)
    return
  }
  const { signal, remoteAddress: from = 'gone' } = call
  const caller = await options.authenticate({
    headers: raw.headers,
    rawHeaders: raw.rawHeaders,
    signal,
    from,
  })
  call.principal = caller.principal
  const { role } = options.config()
  if (!caller.principal.roles.includes(role)) {
    throw new PosternError('access_denied', {
      message: `This needs the role ${role}, which this caller does not have.`,
    })
  }
  options.refuseUnrecorded?.()
}

/** Whether a signature may stand in for a credential here. Two ways in at once could be meant to confuse. */
function refuseSigned(call: AdminCall, route: AdminRoute, options: AdminOptions): void {
  const { headers } = call.request.raw
  if (options.credentialHeaders().some(name => headers[name.toLowerCase()] !== undefined)) {
    throw new PosternError('ambiguous_credentials', {
      message: 'The request carries both a signature and a credential. Send one of them.',
    })
  }
  if (options.config().webhook === undefined) {
    throw new PosternError('invalid_signature', {
      message: 'This gateway takes no signatures. An administrator can set admin.webhook.secrets.',
    })
  }
  if (route.takesSignature !== true) {
    throw new PosternError('access_denied', { message: 'A signature allows to revoke, and nothing else.' })
  }
  options.refuseUnrecorded?.()
}

/** A page's plain GET has no Origin; where it comes from another site, browsers say so in Sec-Fetch-Site. */
function checkAccess(
  headers: IncomingHttpHeaders,
  localPort: number | undefined,
  { access }: AdminOptions,
): void {
  if (!access.isHostAllowed(headers.host, localPort)) throw new PosternError('host_not_allowed')
  const isForeign = headers.origin === undefined && headers['sec-fetch-site'] === 'cross-site'
  if (isForeign || !access.isOriginAllowed(headers.origin)) throw new PosternError('origin_not_allowed')
}

/** No page can send this type to another site without asking first, and nobody answers such a question here. */
function checkMediaType(headers: IncomingHttpHeaders): void {
  const encoding = headers['content-encoding']
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw new PosternError('unsupported_media_type', {
      message: 'The request body must not be compressed: send it without Content-Encoding.',
    })
  }
  if (!JSON_TYPE.test(headers['content-type'] ?? '')) throw new PosternError('unsupported_media_type')
}

const JSON_TYPE = /^application\/json[ \t]*(?:;[ \t]*charset[ \t]*=[ \t]*(?:utf-8|"utf-8")[ \t]*)?$/i

function pathBelow(url: string, own: string): string {
  const [path = ''] = url.split('?', 1)
  // The router has decoded before it compared; only the plain spelling is this API's.
  return path.startsWith(`${own}/`) ? path.slice(own.length) : ''
}
