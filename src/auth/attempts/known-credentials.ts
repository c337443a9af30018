import { hash, randomBytes } from 'node:crypto'
import { createExpiringCache } from '../expiring-cache.ts'
import type { Principal } from '../principal.ts'
import type { PresentedHeaders } from '../scheme.ts'
import { addressGroups } from './address-groups.ts'

/** What this process has learnt of credentials, without keeping any. */
export interface KnownCredentials {
  /** Whether it signed in from there, as far as is remembered. */
  isGood(credential: PresentedHeaders, from: string): boolean
  /** Whether it was refused and counted lately, so that it is no further guess. */
  isBad(credential: PresentedHeaders, now: number): boolean
  /** Remembers that it signed in. `principal` spares the work where it is remembered already. */
  noteGood(principal: Principal, credential: () => PresentedHeaders, from: string): void
  /** Whether it was good from there, and no longer is. */
  forgetGood(credential: PresentedHeaders, from: string): boolean
  /** Remembers that it was refused. */
  noteBad(credential: PresentedHeaders, now: number): void
  /** Forgets {@link KnownCredentials.noteBad}: it was not counted after all. */
  forgetBad(credential: PresentedHeaders): void
}

/** Remembered of each kind. Refused ones can't push out good ones. */
const SIZE = 10_000
/** Milliseconds in which a wrong credential that is tried again, as misconfigured clients do, is one attempt. */
const ONE_ATTEMPT = 60 * 60_000
/** Makes what is kept useless elsewhere: weak credentials could be found from plain digests. */
const SECRET = randomBytes(32).toString('base64url')

/** Makes an empty memory. */
export function createKnownCredentials(): KnownCredentials {
  const good = createExpiringCache<boolean>(SIZE)
  const bad = createExpiringCache<boolean>(SIZE)
  const lastFrom = new WeakMap<Principal, string>()
  return {
    isGood: (credential, from) => good.peek(digest(credential, from)) === true,
    isBad: (credential, now) => bad.get(digest(credential), now) === true,
    noteGood(principal, credential, from) {
      if (lastFrom.get(principal) === from) return
      lastFrom.set(principal, from)
      good.set(digest(credential(), from), true, 0, Number.POSITIVE_INFINITY)
    },
    forgetGood(credential, from) {
      const key = digest(credential, from)
      const wasGood = good.peek(key) === true
      good.set(key, false, 0, 0)
      return wasGood
    },
    noteBad(credential, now) {
      bad.set(digest(credential), true, now, ONE_ATTEMPT)
    },
    forgetBad(credential) {
      bad.set(digest(credential), false, 0, 0)
    },
  }
}

/** An IPv6 address counts as its /64, within which hosts change theirs daily. */
function digest(credential: PresentedHeaders, from?: string): string {
  const host = from === undefined ? '' : addressGroups(from).host
  // Values hold no line breaks, so no two credentials make the same text.
  return hash('sha256', [SECRET, host, ...[...credential].flat()].join('\n'), 'base64url')
}
