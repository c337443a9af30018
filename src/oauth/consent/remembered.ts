import { hash } from 'node:crypto'
import { z } from 'zod'
import type { RecordKey } from '../../store/records.ts'
import type { OAuthClient } from '../client.ts'
import type { AuthorizationRequest } from '../grant.ts'
import type { Grants } from '../grants/grants.ts'
import type { OAuthRequest } from '../http.ts'
import type { Person } from '../person.ts'
import { readRecord } from '../read-record.ts'
import type { OAuthSurroundings } from '../surroundings.ts'

/** Who approved, whom, and where the answer goes: another one of these has another record. */
export interface ConsentOf {
  readonly person: Person
  readonly client: Pick<OAuthClient, 'id'>
  readonly request: Pick<AuthorizationRequest, 'redirectUri' | 'resource' | 'prompt'>
}

/** Approvals that people need not repeat: records `consent:<digest of person, client and redirect URI>`. */
export interface Remembered {
  /**
   * Whether the same was approved before, and may count again now. Never where the configuration remembers nothing (the
   * default), `prompt` asks for consent, or anything but the person themselves sent the browser.
   */
  holds(of: ConsentOf, scopes: readonly string[], http: OAuthRequest): Promise<boolean>
  /** Remembers what a person has just approved, and the grant that it gave. */
  keep(of: ConsentOf, scopes: readonly string[], grant: string): Promise<void>
  /** Notes a grant that followed without the person being asked: nothing holds longer for it, or for more. */
  add(of: ConsentOf, grant: string): Promise<void>
}

const approvalSchema = z.strictObject({
  scopes: z.array(z.string()),
  resource: z.string(),
  credential: z.string().optional(),
  grants: z.array(z.string()),
  endsAt: z.int(),
})

type Approval = z.output<typeof approvalSchema>

/** Of one approval. When the oldest is forgotten, its revocation is no longer noticed here. */
const MOST_GRANTS = 16

/**
 * Makes them.
 *
 * A browser that follows a link of an attacker is signed in as the victim, and a client may be anybody's who can write a
 * metadata document: so an approval counts again only where the browser itself says that nobody sent it
 * (`Sec-Fetch-Site: none`; GHSA-6x8h-498w-gv8c), for the same redirect URI to the letter, the same server and no scope
 * more, and as long as every grant that followed from it is alive. Whoever ends a connection is asked again.
 */
export function createRemembered(
  { store, now, oauth }: Pick<OAuthSurroundings, 'store' | 'now' | 'oauth'>,
  grants: Pick<Grants, 'find'>,
): Remembered {
  async function read(of: ConsentOf) {
    const text = await store.getRecord(keyOf(of))
    const approval = text === undefined ? undefined : readRecord(approvalSchema, text)
    return { text, approval: approval !== undefined && approval.endsAt > now() ? approval : undefined }
  }

  /** Where somebody else has changed it meanwhile, the person is asked once more: no harm. */
  async function write(of: ConsentOf, before: string | undefined, approval: Approval): Promise<void> {
    const lists = [`subject:${of.person.subject}`]
    const after = JSON.stringify(approval)
    await store.commit([{ key: keyOf(of), before, after, expiresAt: approval.endsAt, lists, once: true }])
  }

  async function isAlive(ids: readonly string[]): Promise<boolean> {
    const found = await Promise.all(ids.map(id => grants.find(id)))
    return found.every(grant => grant !== undefined)
  }

  return {
    async holds(of, scopes, { headers }) {
      if (oauth().rememberConsent <= 0 || of.request.prompt.has('consent')) return false
      if (headers['sec-fetch-site'] !== 'none') return false
      // A browser that looks ahead at what is being typed: nobody has pressed anything (Prefetch, "Sec-Purpose").
      if (headers['sec-purpose'] !== undefined || headers.purpose !== undefined) return false
      const { approval } = await read(of)
      return (
        approval !== undefined &&
        approval.resource === of.request.resource &&
        approval.credential === of.person.credential?.id &&
        scopes.length > 0 &&
        scopes.every(scope => approval.scopes.includes(scope)) &&
        isAlive(approval.grants)
      )
    },

    async keep(of, scopes, grant) {
      const lifetime = oauth().rememberConsent
      if (lifetime <= 0) return
      const { text, approval } = await read(of)
      const credential = of.person.credential?.id
      const isSame = approval?.resource === of.request.resource && approval.credential === credential
      const before = isSame && (await isAlive(approval.grants)) ? approval.grants : []
      await write(of, text, {
        scopes: [...scopes],
        resource: of.request.resource,
        ...(credential !== undefined && { credential }),
        grants: [...before, grant].slice(-MOST_GRANTS),
        endsAt: now() + lifetime,
      })
    },

    async add(of, grant) {
      const { text, approval } = await read(of)
      if (approval === undefined) return
      await write(of, text, { ...approval, grants: [...approval.grants, grant].slice(-MOST_GRANTS) })
    },
  }
}

function keyOf({ person, client, request }: ConsentOf): RecordKey {
  const parts = [person.way, person.subject, person.organization ?? null, client.id, request.redirectUri]
  return `consent:${hash('sha256', JSON.stringify(parts), 'base64url')}`
}
