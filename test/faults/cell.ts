/** What is measured of one credential in one fault under one setting. */
export interface Cell {
  readonly fault: string
  readonly onUnavailable: OnUnavailable
  readonly credential: CredentialKind
  /** How often the fault was brought about. */
  readonly trials: number
  /** Calls that were made from the fault's beginning until after the recovery. */
  readonly calls: number
  /** Calls that were rightly let through while the fault lasted. */
  readonly accepted: number
  /** Calls that had to be refused and were let through. */
  readonly wrongAcceptances: number
  /** Calls without an answer within three seconds. */
  readonly hangs: number
  /**
   * Milliseconds from when Redis was back until all three gateways answered truthfully again, without any having been
   * restarted: the median of the trials.
   */
  readonly recoveryMs: number
}

export type OnUnavailable = 'deny' | 'stale'
export const MODES: readonly OnUnavailable[] = ['deny', 'stale']
export type CredentialKind = 'token' | 'product bearer' | 'jwt' | 'limits'
export const KINDS: readonly CredentialKind[] = ['token', 'product bearer', 'jwt', 'limits']

/** Counts what becomes a {@link Cell}. */
export class Tally {
  calls = 0
  accepted = 0
  hangs = 0
  readonly recoveries: number[] = []
  wrongAcceptances = 0
  /** All that was not as it should be, in words, for the message of the test. */
  readonly problems: string[] = []
  readonly fault: string
  readonly onUnavailable: OnUnavailable
  readonly credential: CredentialKind

  constructor(fault: string, onUnavailable: OnUnavailable, credential: CredentialKind) {
    this.fault = fault
    this.onUnavailable = onUnavailable
    this.credential = credential
  }

  cell(): Cell {
    const sorted = this.recoveries.toSorted((a, b) => a - b)
    return {
      fault: this.fault,
      onUnavailable: this.onUnavailable,
      credential: this.credential,
      trials: this.recoveries.length,
      calls: this.calls,
      accepted: this.accepted,
      wrongAcceptances: this.wrongAcceptances,
      hangs: this.hangs,
      recoveryMs: Math.round(sorted[Math.floor(sorted.length / 2)] ?? Number.POSITIVE_INFINITY),
    }
  }
}
