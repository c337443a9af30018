/** Stands for a part of the credential that a caller presented, in what is sent to verify it. */
export interface PresentedPart {
  /** `token`, or one of the scheme's headers, in any case; the configuration's checks see to that. */
  readonly presented: unknown
  /** A text that is put in front of it. */
  readonly prefix?: unknown
}

/** True for a mapping with the key `presented`, whatever else it holds. */
export function isPresentedPart(value: unknown): value is PresentedPart {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, 'presented')
}
