/**
 * The part of an `AbortSignal` that a call looks at: whether its caller has gone away. Every AbortSignal is one.
 * Requests carry a plainer one, since an AbortController for each costs more than deciding about it does.
 */
export interface CancelSignal {
  readonly aborted: boolean
  addEventListener(type: 'abort', listener: () => void): void
  removeEventListener(type: 'abort', listener: () => void): void
}
