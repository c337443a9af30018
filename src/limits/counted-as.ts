import { hash } from 'node:crypto'
import type { Principal } from '../auth/principal.ts'
import type { LimitConfig } from '../config/schema.ts'

/** A call as limits see it. */
export interface LimitedCaller {
  readonly principal: Principal
  /** Path of the endpoint, `/mcp`. */
  readonly server: string
  /** The tool's name. */
  readonly tool: string
  /** The client's name and version as it reports them, unverified. */
  readonly client: string | undefined
}

/**
 * Clients name themselves, with any name they like: the names share so many counters, and no more are ever made.
 */
export const CLIENT_COUNTERS = 4_096

/**
 * The end of a counter's key: who or what shares the count. A digest, as subjects and names are of any length and
 * nobody's who looks into the store. An organisation and a subject of one name don't meet.
 */
export function countedAs(per: LimitConfig['per'], caller: LimitedCaller): string {
  if (per === 'client' && caller.principal.client === undefined) return `c${clientNumber(caller.client)}`
  if (per === 'tool') return digest('tool', caller.tool)
  if (per === 'server') return digest('server', caller.server)
  const known = digests.get(caller.principal) ?? digestsOf(caller.principal)
  return known[per]
}

type OfPrincipal = Readonly<Record<'principal' | 'subject' | 'organization' | 'client', string>>

/** Principals are the same object as long as their verification is cached. */
const digests = new WeakMap<Principal, OfPrincipal>()

function digestsOf(principal: Principal): OfPrincipal {
  const { scheme, credentialId, subject, organization, client = '' } = principal
  const ofSubject = digest('subject', subject)
  const own = {
    principal: digest('principal', `${scheme}:${credentialId}`),
    subject: ofSubject,
    // Verified, unlike the name that a client gives itself; asked for only where there is one.
    client: digest('client', client),
    // Who belongs to no organization is one of one's own: neither without a limit nor in one pot with strangers.
    organization: organization === undefined ? ofSubject : digest('organization', organization),
  }
  digests.set(principal, own)
  return own
}

function digest(what: string, value: string): string {
  return hash('sha256', `${what}:${value}`, 'base64url').slice(0, 22)
}

/** The version is left out: a client that was updated is still the same. */
function clientNumber(client: string | undefined): number {
  const name = (client ?? '').toLowerCase().split('/', 1)[0] ?? ''
  return Number.parseInt(hash('sha256', name, 'hex').slice(0, 8), 16) % CLIENT_COUNTERS
}
