import type { FastifyInstance } from 'fastify'
import type { OAuthDesk } from './admin/desk.ts'
import { registerAdmin } from './admin/register-admin.ts'
import type { Rooms } from './assemble.ts'
import type { Audit } from './audit/audit.ts'
import { challenge } from './auth/challenge.ts'
import type { Endpoint } from './auth/endpoint.ts'
import { credentialPrefixes } from './config/credential-prefixes.ts'
import type { AdminConfig, SchemeConfig } from './config/schema.ts'
import { PosternError } from './errors.ts'
import type { Log } from './log.ts'
import { createClientSecrets } from './oauth/clients/client-secret.ts'
import { createGrants } from './oauth/grants/create-grants.ts'
import { unmatchedScopes } from './policy/unmatched-scopes.ts'
import type { Store } from './store/store.ts'

/** What stays the same as long as the process runs. */
export interface AdminSurroundings {
  readonly store: Store
  readonly audit: Audit
  readonly log: Log
}

/** Opens the administration's API of the configuration in force; where none is configured, there is nothing. */
export function openAdmin(
  fastify: FastifyInstance,
  current: () => Rooms,
  { store, audit, log }: AdminSurroundings,
): void {
  const { admin, name } = current().config
  if (admin === undefined) return
  const { path } = admin
  registerAdmin(fastify, {
    path,
    url: () => `${current().config.publicUrl ?? ''}${path}`,
    config: () => settings(current()),
    desk: {
      store,
      now: Date.now,
      tokenPrefix: () => tokenPrefix(current().config.auth),
      unmatchedScopes: scopes => unmatchedScopes(scopes, current().catalogue.tools, current().policy),
      oauth: () => oauthDesk(current().config, store),
    },
    access: {
      isHostAllowed: (host, port) => current().access.isHostAllowed(host, port),
      isOriginAllowed: origin => current().access.isOriginAllowed(origin),
    },
    clientAddress: request => current().clientAddress(request),
    authenticate: request => current().authenticator.authenticate(request, endpoint(current())),
    credentialHeaders: () => credentialHeaders(current().config.auth),
    credentialPrefixes: () => credentialPrefixes(current().config.auth),
    challenge: error => challenge(error, { realm: name }),
    refuseUnrecorded: audit.refuseUnrecorded,
    audit: record => audit.write(record),
    onFailure: (error, requestId) => log.error({ err: error, requestId, path }, 'administration failed'),
  })
}

/** Never another one than the administration's: it takes fewer schemes. */
function endpoint({ endpoints }: Rooms): Endpoint {
  if (endpoints.admin !== undefined) return endpoints.admin
  throw gone()
}

/** A reload can't take the API away. */
function settings({ config }: Rooms): AdminConfig {
  if (config.admin !== undefined) return config.admin
  throw gone()
}

function gone(): PosternError {
  return new PosternError('internal_error', { detail: 'the administration is gone from the configuration' })
}

function oauthDesk({ auth, signing }: Rooms['config'], store: Store): OAuthDesk | undefined {
  const oauth = auth.find(scheme => scheme.type === 'oauth')
  if (oauth?.type !== 'oauth') return undefined
  const grants = createGrants({ store, now: Date.now, oauth: () => oauth })
  return { grants, secrets: SECRETS, prefix: oauth.prefix, signs: signing !== undefined }
}

/** One for all requests, as it bounds how many are made at the same time. */
const SECRETS = createClientSecrets()

function tokenPrefix(auth: readonly SchemeConfig[]): string | undefined {
  return auth.find(scheme => scheme.type === 'token')?.prefix
}

function credentialHeaders(auth: readonly SchemeConfig[]): readonly string[] {
  const names = auth.flatMap(scheme => {
    if (scheme.type === 'anonymous') return []
    return scheme.type === 'headers' ? scheme.headers : [scheme.header]
  })
  return [...new Set(['Authorization', ...names])]
}
