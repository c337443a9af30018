import type { JsonObject } from '../catalogue/tool.ts'
import { PosternError } from '../errors.ts'
import { isJsonObject } from './json-rpc.ts'
import { MODERN_VERSION } from './versions.ts'

const VERSION = 'io.modelcontextprotocol/protocolVersion'
const CAPABILITIES = 'io.modelcontextprotocol/clientCapabilities'
const CLIENT_INFO = 'io.modelcontextprotocol/clientInfo'

/**
 * The protocol version that a message claims in `params._meta`; undefined where it claims none. Whatever else
 * stands there is returned as it is, for {@link checkEnvelope} to refuse.
 */
export function claimedVersion(params: JsonObject | undefined): unknown {
  const meta = params?._meta
  return isJsonObject(meta) ? meta[VERSION] : undefined
}

/**
 * Checks what every request of the modern era must carry (2026-07-28 basic/index "Per-request protocol fields").
 *
 * @throws PosternError `invalid_params` that names the missing or wrong member.
 */
export function checkEnvelope(params: JsonObject | undefined): void {
  const meta = params?._meta
  if (!isJsonObject(meta)) throw invalid('params._meta is missing; every request must carry it')
  if (typeof meta[VERSION] !== 'string') throw invalid(`params._meta["${VERSION}"] must be a string`)
  if (!isJsonObject(meta[CAPABILITIES])) throw invalid(`params._meta["${CAPABILITIES}"] must be an object`)
  if (meta[CLIENT_INFO] !== undefined && !isJsonObject(meta[CLIENT_INFO])) {
    throw invalid(`params._meta["${CLIENT_INFO}"] must be an object`)
  }
}

/** The client as it calls itself in a modern request, `name/version`; unverified. */
export function envelopeClient(params: JsonObject | undefined): string | undefined {
  const meta = params?._meta
  return isJsonObject(meta) ? clientName(meta[CLIENT_INFO]) : undefined
}

/** What the client can do, as a modern request says; unverified. */
export function envelopeCapabilities(params: JsonObject | undefined): unknown {
  const meta = params?._meta
  return isJsonObject(meta) ? meta[CAPABILITIES] : undefined
}

/** A client's `Implementation` object as one short line, `name/version`; undefined where it is none. */
export function clientName(info: unknown): string | undefined {
  if (!isJsonObject(info) || typeof info.name !== 'string') return undefined
  const version = typeof info.version === 'string' ? `/${info.version}` : ''
  return `${info.name}${version}`.slice(0, MAX_CLIENT_NAME)
}

/** @throws PosternError `unsupported_protocol_version` with the versions that this server speaks. */
export function refuseVersion(requested: string, supported: readonly string[] = [MODERN_VERSION]): never {
  throw new PosternError('unsupported_protocol_version', {
    message: `Unsupported protocol version. Supported: ${supported.join(', ')}.`,
    data: { supported, requested: requested.slice(0, 100) },
  })
}

const MAX_CLIENT_NAME = 200

function invalid(message: string): PosternError {
  return new PosternError('invalid_params', { message: `${message} (MCP ${MODERN_VERSION}).` })
}
