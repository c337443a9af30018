import type { FastifyInstance } from 'fastify'
import type { Rooms } from './assemble.ts'
import type { Audit } from './audit/audit.ts'
import { hideCredentials } from './audit/hide-credentials.ts'
import { redactArguments } from './audit/record.ts'
import { challenge } from './auth/challenge.ts'
import { canonicalHeader } from './config/canonical-header.ts'
import type { Config } from './config/config.ts'
import { credentialHeaders } from './config/credential-headers.ts'
import { decide } from './policy/decide.ts'
import { tenantOf } from './policy/tenants.ts'
import { registerPassthrough } from './upstream/passthrough.ts'
import type { PassthroughRules } from './upstream/passthrough-call.ts'

/** Opens the plain REST API of one API of the configuration. Each request is served by one configuration to its end. */
export function openPassthrough(
  fastify: FastifyInstance,
  { path, api }: NonNullable<Config['passthrough']>,
  current: () => Rooms,
  audit: Audit,
): void {
  const { config } = current()
  const inForce = () => passthroughRules(current(), api)
  registerPassthrough(fastify, {
    ...inForce(),
    inForce,
    path,
    requestLimit: config.requestLimit,
    clientAddress: request => current().clientAddress(request),
    challenge: error => challenge(error, { realm: config.name }),
    refuseUnrecorded: audit.refuseUnrecorded,
    onCall: record => audit.write({ event: 'passthrough', ...record }),
  })
}

const rulesOfRooms = new WeakMap<Rooms, PassthroughRules>()

function passthroughRules(rooms: Rooms, api: string): PassthroughRules {
  const known = rulesOfRooms.get(rooms)
  if (known !== undefined) return known
  const { config, match, access, callers, endpoints, policy, limits, credentials, upstream } = rooms
  const limitsOfApi = config.apis.find(({ name }) => name === api)
  if (limitsOfApi === undefined) throw new Error(`no API named ${api}`)
  const hide = hideCredentials(config.auth)
  const rules: PassthroughRules = {
    limits: () => limitsOfApi,
    match: (method, rest) => match?.(method, rest),
    access,
    authenticate: request => callers.authenticate(request, endpoints.passthrough),
    decide: (principal, tool) => decide(policy, principal, tool),
    redact: (pathArguments, tool) =>
      pathArguments.size === 0 ? undefined : redactArguments(Object.fromEntries(pathArguments), tool, hide),
    callLimits: () => limits,
    credentials: (caller, tool, signal) => credentials(caller, tool.api, signal),
    upstream: tool => upstream(tool.api),
    tenant: policy.tenants && ((principal, tool) => tenantOf(policy.tenants, principal, tool.api)),
    credentialHeaders: credentialHeadersOf(config, api),
    errorNames: config.errors,
  }
  rulesOfRooms.set(rooms, rules)
  return rules
}

/** Of callers here, and of calls to the API. */
function credentialHeadersOf({ auth, apis }: Config, name: string): ReadonlySet<string> {
  const presented = auth.flatMap(scheme => {
    if (scheme.type === 'anonymous') return []
    return scheme.type === 'headers' ? scheme.headers : [scheme.header]
  })
  const sent = apis.filter(api => api.name === name).flatMap(credentialHeaders)
  return new Set([...presented, ...sent].map(canonicalHeader))
}
