import type { JSONWebKeySet } from 'jose'
import { z } from 'zod'
import type { GrantType, OAuthClient } from '../client.ts'
import { readRecord } from '../read-record.ts'

/** A client as the store keeps it, under {@link clientKey}: registered by itself, or made for a machine. */
export interface ClientRecord {
  readonly client: OAuthClient & { readonly origin: 'registered' | 'machine' }
  /** Milliseconds since the epoch. */
  readonly createdAt: number
  /** When somebody first approved it; undefined as long as it may be forgotten. */
  readonly usedAt: number | undefined
  /** When an administrator ended it, for good. */
  readonly revokedAt: number | undefined
}

/** The key of a client's record. @param id - of ours, see {@link isClientRecordId} */
export function clientKey(id: string): `client:${string}` {
  return `client:${id}`
}

/** Whether a `client_id` can be one that is kept in the store. Anybody may ask for anything. */
export function isClientRecordId(id: string): boolean {
  return /^(?:cli|mch)_[A-Za-z0-9_-]{16,32}$/.test(id)
}

/** The value of a client's record. */
export function writeClientRecord({ client, createdAt, usedAt, revokedAt }: ClientRecord): string {
  const { origin, name, redirectUris, grantTypes, authentication, scopes, acts } = client
  const grants = [...grantTypes]
  return JSON.stringify({
    ...{ v: 1, origin, name, redirectUris, grants, authentication, scopes, acts },
    ...{ createdAt, usedAt, revokedAt },
  })
}

/** The record of this client; undefined where the value is none, which nobody but another version writes. */
export function readClientRecord(id: string, value: string): ClientRecord | undefined {
  const data = readRecord(record, value)
  if (data === undefined) return undefined
  const { origin, name, redirectUris, grants, authentication, scopes, acts } = data
  const client: ClientRecord['client'] = Object.freeze({
    id,
    name,
    origin,
    host: undefined,
    redirectUris: Object.freeze(redirectUris),
    grantTypes: new Set<GrantType>(grants),
    authentication: Object.freeze(authentication),
    scopes: scopes === undefined ? undefined : Object.freeze(scopes),
    acts:
      acts === undefined
        ? undefined
        : Object.freeze({ ...acts, organization: acts.organization ?? undefined }),
  })
  return { client, createdAt: data.createdAt, usedAt: data.usedAt, revokedAt: data.revokedAt }
}

const text = z.string().min(1).max(2_048)
const at = z.int().nonnegative()
const keySet = z.custom<JSONWebKeySet>(
  value => z.object({ keys: z.array(z.looseObject({ kty: z.string() })) }).safeParse(value).success,
)

const record = z.strictObject({
  v: z.literal(1),
  origin: z.enum(['registered', 'machine']),
  name: z.string().min(1).max(64),
  redirectUris: z.array(text),
  grants: z.array(
    z.enum([
      'authorization_code',
      'refresh_token',
      'client_credentials',
      'urn:ietf:params:oauth:grant-type:jwt-bearer',
    ]),
  ),
  authentication: z.discriminatedUnion('method', [
    z.strictObject({ method: z.literal('none') }),
    z.strictObject({ method: z.literal('client_secret'), hash: text }),
    z.strictObject({
      method: z.literal('private_key_jwt'),
      keys: z.union([z.strictObject({ uri: text }), keySet]),
    }),
  ]),
  scopes: z.array(text).optional(),
  acts: z.strictObject({ subject: text, organization: text.optional(), roles: z.array(text) }).optional(),
  createdAt: at,
  usedAt: at.optional(),
  revokedAt: at.optional(),
})
