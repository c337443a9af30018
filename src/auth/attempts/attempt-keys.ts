import { hash } from 'node:crypto'
import type { FailedSignInsConfig } from '../../config/schema/failed-sign-ins.ts'
import type { Allowance, Charge } from '../../store/counter.ts'
import { addressGroups } from './address-groups.ts'

/** One thing that a failed sign-in counts against. */
export interface AttemptKey {
  /** Names it in this process. */
  readonly id: string
  readonly allowance: Allowance
  /**
   * Whether whoever fails again right after a pause waits twice as long. Not for a subject as a whole: one attempt
   * now and then, from anywhere, would keep its owner out.
   */
  readonly grows: boolean
}

/** Who attempts to sign in. */
export interface AttemptBy {
  /** The client's address. */
  readonly from: string
  /** Whom the credential claims to belong to, where a header says so. */
  readonly subject: string | undefined
}

/** An IPv6 /48 may fail so many times as often as one of its /64s. */
const NETWORK_SHARE = 4

/** Makes the function that says what an attempt counts against; the address comes first. */
export function createAttemptKeys(
  config: FailedSignInsConfig,
): (by: AttemptBy) => readonly [AttemptKey, ...AttemptKey[]] {
  const perAddress = allowance(config.perAddress)
  const perNetwork = { ...perAddress, quota: perAddress.quota * NETWORK_SHARE }
  const perSubject = allowance(config.perSubject)
  const perSubjectAnywhere = allowance(config.perSubjectAnywhere)

  return ({ from, subject }) => {
    const { host, network } = addressGroups(from)
    const more: AttemptKey[] = []
    if (network !== undefined) more.push({ id: `network ${network}`, allowance: perNetwork, grows: true })
    if (subject !== undefined) {
      const folded = fold(subject)
      more.push({ id: digest(`${host}\n${folded}`), allowance: perSubject, grows: true })
      more.push({ id: digest(folded), allowance: perSubjectAnywhere, grows: false })
    }
    return [{ id: `address ${host}`, allowance: perAddress, grows: true }, ...more]
  }
}

/** What one failure costs in the store. */
export function chargeOf({ id, allowance }: AttemptKey): Charge {
  return { key: `sign-ins:${digest(id)}`, allowance, amount: 1 }
}

/** What a log may show of a subject that nobody has verified: it can be compared and not read. */
export function subjectDigest(subject: string): string {
  return digest(fold(subject))
}

function allowance({ amount, window }: FailedSignInsConfig['perAddress']): Allowance {
  return Object.freeze({ quota: amount, window, burst: undefined })
}

/** Subjects are of any length, and nobody's who looks into a log or a store. */
function digest(value: string): string {
  return hash('sha256', value, 'base64url').slice(0, 22)
}

/** Other spellings of one mailbox count together. */
function fold(subject: string): string {
  return subject.trim().toLowerCase()
}
