/** The revision of the era without a handshake: every request carries its version, nothing is negotiated. */
export const MODERN_VERSION = '2026-07-28'

/** Revisions of the era that opens with `initialize`, newest first. */
export const LEGACY_VERSIONS = ['2025-11-25', '2025-06-18', '2025-03-26'] as const

/** A revision of MCP that the door speaks. */
export type ProtocolVersion = typeof MODERN_VERSION | (typeof LEGACY_VERSIONS)[number]

/** What a request without MCP-Protocol-Version speaks (2025-06-18 basic/transports "Protocol Version Header"). */
export const ASSUMED_VERSION = '2025-03-26'

/** The only revision whose messages may come as JSON-RPC batches. */
export const BATCH_VERSION = '2025-03-26'

/** The legacy revision that `value` names, or undefined. */
export function legacyVersion(value: unknown): ProtocolVersion | undefined {
  return LEGACY_VERSIONS.find(version => version === value)
}

/** Whether a legacy revision lets servers ask users (client/elicitation). */
export function asksUsersLive(version: ProtocolVersion): boolean {
  return version === '2025-11-25' || version === '2025-06-18'
}
