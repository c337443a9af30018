import type { IncomingHttpHeaders } from 'node:http'
import type { Principal } from '../auth/principal.ts'
import type { Tool } from '../catalogue/tool.ts'
import { PosternError } from '../errors.ts'
import type { Limits } from '../limits/create-limits.ts'
import { bindPassthrough } from './bind-passthrough.ts'
import { hasMethodOverride } from './method-override.ts'
import type { PassthroughCall, PassthroughOptions, PassthroughRules } from './passthrough-call.ts'
import { requestHeaders } from './passthrough-headers.ts'
import { passthroughTarget } from './passthrough-target.ts'
import { decodeQueryName, foldQueryName } from './query-name.ts'

/**
 * Lets a plain request in or refuses it, before its body is read: Host and Origin, caller, operation, policy, limits,
 * bound parameters, credential, in this order. Sets `call.admitted`.
 *
 * @throws PosternError for every refusal.
 */
export async function admitPassthrough(call: PassthroughCall, options: PassthroughOptions): Promise<void> {
  const { raw } = call.request
  const rules = options.inForce?.() ?? options
  checkAccess(raw.headers, call.localPort, rules)
  const { signal, remoteAddress: from = 'gone' } = call
  const presented = { headers: raw.headers, rawHeaders: raw.rawHeaders, signal, from }
  const caller = await rules.authenticate(presented)
  call.caller = caller
  options.refuseUnrecorded?.()

  const method = raw.method ?? ''
  const { path, query } = passthroughTarget(raw.url ?? '', options.path === '/' ? '' : options.path)
  const match = rules.match(method, path)
  if (match === undefined) throw new PosternError('unknown_operation')
  const { tool } = match
  call.tool = tool
  call.arguments = rules.redact?.(match.pathArguments, tool)
  const decision = rules.decide(caller.principal, tool)
  if (!decision.allow) {
    const data = { tool: tool.name, scopes: tool.scopes, missingScopes: decision.scopes }
    throw new PosternError(decision.code, { message: decision.message, data })
  }
  const counted = count(call, caller.principal, tool, rules.callLimits?.(), options.path)
  if (counted !== undefined) await counted
  if (hasMethodOverride(query)) {
    throw new PosternError('invalid_request', {
      message: 'The query may not ask for another method (_method).',
    })
  }
  if (hasName(query, match.foreignNames)) {
    throw new PosternError('invalid_request', {
      message: 'This query makes it another operation, which can only be called as a tool.',
    })
  }

  const bound = bindPassthrough(match, caller.principal, query)
  const credentials = await rules.credentials(caller, tool, call.signal)
  const tenant = rules.tenant?.(caller.principal, tool)
  const baseUrl = tenant?.baseUrl ?? tool.plan.baseUrl
  const { origin, pathname } = new URL(baseUrl)
  const { timeout, responseLimit } = rules.limits()
  call.admitted = {
    tool,
    credentials,
    baseUrl,
    tenant: tenant?.name,
    timeout,
    responseLimit,
    dispatcher: rules.upstream(tool).dispatcher(origin),
    path: pathname.replace(/\/+$/, '') + path,
    query: bound.query,
    headers: hasBody => ({
      ...requestHeaders(raw.headers, tool, hasBody, rules.credentialHeaders),
      ...bound.headers,
      ...credentials.headers,
    }),
  }
}

function count(
  call: PassthroughCall,
  principal: Principal,
  tool: Tool,
  limits: Limits | undefined,
  path: string,
): void | Promise<void> {
  return limits?.count({
    principal,
    server: path,
    client: call.request.raw.headers['user-agent'],
    tool,
    onHeaders: headers => {
      call.limitHeaders = headers
    },
  })
}

/** Whether any backend could read one of the names in the query. */
function hasName(query: string, names: readonly string[]): boolean {
  if (names.length === 0) return false
  const folded = new Set(names.map(foldQueryName))
  return query.split(/[&;]/).some(pair => {
    const name = decodeQueryName(pair.split('=', 1)[0] ?? '')
    return folded.has(foldQueryName(name)) || folded.has(foldQueryName(name.split('[', 1)[0] ?? ''))
  })
}

/** A page's plain GET has no Origin; where it comes from another site, browsers say so in Sec-Fetch-Site. */
function checkAccess(
  headers: IncomingHttpHeaders,
  localPort: number | undefined,
  { access }: PassthroughRules,
): void {
  if (!access.isHostAllowed(headers.host, localPort)) throw new PosternError('host_not_allowed')
  const isForeign = headers.origin === undefined && headers['sec-fetch-site'] === 'cross-site'
  if (isForeign || !access.isOriginAllowed(headers.origin)) throw new PosternError('origin_not_allowed')
}
