import { PosternError } from '../errors.ts'
import { checkEnvelope, claimedVersion, refuseVersion } from './envelope.ts'
import type { RpcNotification, RpcRequest } from './json-rpc.ts'
import {
  ASSUMED_VERSION,
  LEGACY_VERSIONS,
  legacyVersion,
  MODERN_VERSION,
  type ProtocolVersion,
} from './versions.ts'

/**
 * Which revision a message sent over HTTP speaks. The body decides, the header has to agree:
 *
 * - a version claimed in `params._meta` is the version; a legacy one there claims nothing that the handshake
 *   era knows, but is taken at its word;
 * - `initialize` without such a claim opens the legacy era, whatever the header says: a client that falls back
 *   has nothing negotiated yet;
 * - without a claim the header decides: a modern one makes the message a modern one that lacks its `_meta`;
 * - without both it is a client from before the header existed.
 *
 * @throws PosternError `header_mismatch`, `unsupported_protocol_version`, `invalid_params`.
 */
export function httpVersion(
  message: RpcRequest | RpcNotification,
  header: string | undefined,
): ProtocolVersion {
  const claim = claimedVersion(message.params)
  if (claim !== undefined) return claimedHttpVersion(message, claim, header)
  if (message.method === 'initialize') return ASSUMED_VERSION
  if (header === undefined) return ASSUMED_VERSION
  if (header === MODERN_VERSION) {
    if (message.kind === 'request') checkEnvelope(message.params)
    return MODERN_VERSION
  }
  return legacyVersion(header) ?? refuseVersion(header, [MODERN_VERSION, ...LEGACY_VERSIONS])
}

/**
 * Which revision a message on standard input speaks: the claimed one, or the one that `initialize` negotiated
 * for this process (2026-07-28 basic/versioning "Backward Compatibility"). Methods that only the modern era
 * has make the message a modern one that lacks its `_meta`.
 *
 * @throws PosternError `unsupported_protocol_version`, `invalid_params`.
 */
export function stdioVersion(
  message: RpcRequest | RpcNotification,
  negotiated: ProtocolVersion | undefined,
): ProtocolVersion {
  const claim = claimedVersion(message.params)
  if (claim === undefined) {
    if (message.method === 'server/discover' || message.method === 'subscriptions/listen') {
      checkEnvelope(message.params)
    }
    return negotiated ?? LEGACY_VERSIONS[0]
  }
  const legacy = legacyVersion(claim)
  if (legacy !== undefined) return legacy
  return modernVersion(message, claim)
}

function claimedHttpVersion(
  message: RpcRequest | RpcNotification,
  claim: unknown,
  header: string | undefined,
): ProtocolVersion {
  const legacy = legacyVersion(claim)
  if (legacy !== undefined && (header === undefined || header === claim)) return legacy
  if (typeof claim === 'string' && header !== claim) {
    throw new PosternError('header_mismatch', {
      message:
        header === undefined
          ? 'The header MCP-Protocol-Version is missing; it must repeat the version in params._meta.'
          : 'The header MCP-Protocol-Version and the version in params._meta differ.',
    })
  }
  return modernVersion(message, claim)
}

function modernVersion(message: RpcRequest | RpcNotification, claim: unknown): ProtocolVersion {
  if (typeof claim === 'string' && claim !== MODERN_VERSION) refuseVersion(claim)
  if (message.kind === 'request' || typeof claim !== 'string') checkEnvelope(message.params)
  return MODERN_VERSION
}
