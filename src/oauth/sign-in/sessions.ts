import { hash } from 'node:crypto'
import { randomSecret } from '../../auth/mint-token.ts'
import type { RecordKey } from '../../store/records.ts'
import { withoutFlows } from '../authorize/flow-cookies.ts'
import { csrfToken } from '../authorize/own-form.ts'
import type { OAuthRequest, SetCookie } from '../http.ts'
import { isSame } from '../is-same.ts'
import type { Person } from '../person.ts'
import { readRecord } from '../read-record.ts'
import { keepPerson, keptPersonSchema, openPerson } from './kept-person.ts'
import { createPersonCheck, type PersonCheckRooms } from './person-check.ts'

/** Somebody who has signed in in this browser. */
export interface SignedIn {
  readonly person: Person
  /** When, in milliseconds since the epoch. */
  readonly signedInAt: number
  /** The hidden field `csrf` of forms that are about the person themselves. */
  readonly csrf: string
}

/** Browsers that stay signed in: records `session:<SHA-256 of the cookie>`. */
export interface Sessions {
  /** Who has signed in in this browser and still may; undefined: nobody. @throws PosternError `store_unavailable` */
  current(request: OAuthRequest): Promise<SignedIn | undefined>
  /**
   * Begins a session, always under a new cookie: one that was planted in the browser before is worth nothing. The one
   * before ends.
   */
  begin(person: Person, request: OAuthRequest): Promise<readonly SetCookie[]>
  /** Ends the session; what was begun in other windows goes on. */
  leave(request: OAuthRequest): Promise<readonly SetCookie[]>
  /** Ends the session, and with it all that was begun in this browser. */
  end(request: OAuthRequest): Promise<readonly SetCookie[]>
}

const COOKIE = 'session'
const VALUE = /^[\w-]{32}$/
/** What the forms of the person's own pages are about. */
const OWN_PAGES = 'own pages'

/** Makes the sessions of a store. */
export function createSessions(surroundings: PersonCheckRooms): Sessions {
  const { store, now, oauth } = surroundings
  const mayGoOn = createPersonCheck(surroundings)

  async function forget(secret: string): Promise<void> {
    const key = keyOf(secret)
    const text = await store.getRecord(key)
    // Whoever changes it at the same time ends it, too.
    if (text !== undefined) await store.commit([{ key, before: text, after: undefined }])
  }

  async function leave(request: OAuthRequest): Promise<readonly SetCookie[]> {
    const secret = secretOf(request)
    if (secret !== undefined) await forget(secret)
    return [{ name: COOKIE, value: undefined }]
  }

  return {
    async current(request) {
      const secret = secretOf(request)
      const text = secret === undefined ? undefined : await store.getRecord(keyOf(secret))
      if (secret === undefined || text === undefined) return undefined
      const kept = readRecord(keptPersonSchema, text)
      // The time is looked at here, too: a shorter `session` holds for those who have signed in before.
      if (kept === undefined || kept.signedInAt + oauth().session <= now()) return undefined
      const person = openPerson(kept, secret, keyOf(secret))
      if (!(await mayGoOn(person, kept.signedInAt, request))) return undefined
      return { person, signedInAt: kept.signedInAt, csrf: csrfToken(secret, OWN_PAGES) }
    },

    async begin(person, request) {
      const former = secretOf(request)
      if (former !== undefined) await forget(former)
      const secret = randomSecret()
      const [key, at, lifetime] = [keyOf(secret), now(), oauth().session]
      const after = JSON.stringify(keepPerson(person, at, secret, key))
      await store.commit([
        {
          key,
          before: undefined,
          after,
          expiresAt: at + lifetime,
          lists: [`subject:${person.subject}`],
          once: true,
        },
      ])
      return [{ name: COOKIE, value: secret, maxAge: lifetime }]
    },

    leave,

    async end(request) {
      return [...(await leave(request)), ...withoutFlows(request.cookies)]
    },
  }
}

/** Whether a form of the person's own pages has the token that was shown to them. */
export function hasToken(signedIn: SignedIn, csrf: string | undefined): boolean {
  return isSame(csrf, signedIn.csrf)
}

function secretOf({ cookies }: OAuthRequest): string | undefined {
  const value = cookies[COOKIE]
  return value !== undefined && VALUE.test(value) ? value : undefined
}

function keyOf(secret: string): RecordKey {
  return `session:${hash('sha256', secret, 'base64url')}`
}
