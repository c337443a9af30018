import { z } from 'zod'
import { stillHolds } from '../../auth/refuse-revoked.ts'
import { isRevokedSince } from '../../auth/revoked-since.ts'
import type { RecordChange, RecordKey } from '../../store/records.ts'
import type { KnownRevocations } from '../../store/revocation.ts'
import type { Grant } from '../grant.ts'
import { requireRecord } from '../read-record.ts'

/** A grant with what is kept beside it. Its record is there exactly as long as it may give tokens. */
export interface KeptGrant {
  readonly grant: Grant
  /**
   * The store's count (`KnownRevocations.sequence`) when it began: revocations of the whole subject, organisation or
   * client end it where they are younger.
   */
  readonly asOf: number
  /** Scopes that the person could give at most when they approved; undefined: all that were offered. */
  readonly limits: readonly string[] | undefined
  /** No token and no code of it lives longer, in milliseconds since the epoch. The record ends then. */
  readonly until: number
}

/** A kept grant with the text that its record holds: the condition of every change. */
export interface ReadGrant extends KeptGrant {
  readonly text: string
}

/** The key of a grant's record. @param id - `gra_…` */
export function grantKey(id: string): RecordKey {
  return `grant:${id}`
}

/** The list of all records of a grant's family: its codes and refresh tokens. */
export function familyList(id: string): string {
  return `grant:${id}`
}

/** The list in which a person's grants are found. @param subject - to the letter */
export function subjectList(subject: string): string {
  return `subject:${subject}`
}

/** The list of a client's grants. @param client - a `client_id`, to the letter */
export function clientList(client: string): string {
  return `client:${client}`
}

/** What writes a grant; `before` undefined where it begins. */
export function grantChange(kept: KeptGrant, before: string | undefined): RecordChange {
  const { grant, asOf, limits, until } = kept
  const after = JSON.stringify({ grant, asOf, limits, until })
  const lists = [subjectList(grant.subject), clientList(grant.client.id)]
  return { key: grantKey(grant.id), before, after, expiresAt: until, lists }
}

/** @throws PosternError `internal_error` for what no version of Postern has written */
export function readGrant(text: string): ReadGrant {
  const { grant, asOf, limits, until } = requireRecord(schema, text, 'a grant')
  const { client } = grant
  return {
    grant: {
      ...grant,
      client: { ...client, host: client.host },
      organization: grant.organization,
      redirectUri: grant.redirectUri,
      way: grant.way,
      credential: grant.credential,
      usedAt: grant.usedAt,
    },
    asOf,
    limits,
    until,
    text,
  }
}

/**
 * Whether somebody has revoked the grant, the product's credential that it rests on, or everything of its subject,
 * organisation or client since it began. As of the last `Store.fresh`.
 *
 * @param now - milliseconds since the epoch
 */
export function isGrantRevoked(
  { grant, asOf }: KeptGrant,
  revocations: KnownRevocations,
  now: number,
): boolean {
  const { id, credential, client } = grant
  const isEnded = [id, credential].some(value => {
    const word = value === undefined ? undefined : revocations.find('credential', value)
    return word !== undefined && stillHolds(word, now)
  })
  return isEnded || isRevokedSince({ ...grant, client: client.id }, asOf, revocations, now)
}

const schema = z.object({
  grant: z.object({
    id: z.string(),
    client: z.object({
      id: z.string(),
      name: z.string(),
      origin: z.enum(['configured', 'registered', 'document', 'machine']),
      host: z.string().optional(),
    }),
    subject: z.string(),
    organization: z.string().optional(),
    roles: z.array(z.string()),
    scopes: z.array(z.string()),
    resource: z.string(),
    redirectUri: z.string().optional(),
    way: z.string().optional(),
    display: z.string(),
    credential: z.string().optional(),
    createdAt: z.number(),
    usedAt: z.number().optional(),
  }),
  asOf: z.number(),
  limits: z.array(z.string()).optional(),
  until: z.number(),
})
