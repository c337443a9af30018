import type { JsonObject } from '../catalogue/tool.ts'
import { PosternError } from '../errors.ts'
import { capabilitiesOf } from './capabilities.ts'
import type { RpcRequest } from './json-rpc.ts'
import type { Prepared } from './message-context.ts'
import { renderResult } from './render-result.ts'
import { LEGACY_VERSIONS, legacyVersion, type ProtocolVersion } from './versions.ts'

/**
 * `initialize` of the legacy era (2025-11-25 basic/lifecycle "Initialization"): the requested version if it is
 * spoken here, otherwise the newest, which the client may refuse. No session is opened. `listChanged` is
 * false, because in this era nothing could carry the notification.
 */
export function answerInitialize(request: RpcRequest, _context: unknown, prepared: Prepared): string {
  const { info, instructions } = prepared.door
  const members = [
    `"protocolVersion":"${negotiatedVersion(request.params)}"`,
    `"capabilities":${capabilitiesOf(prepared.door.server, TELLS_NOTHING)}`,
    `"serverInfo":${JSON.stringify(info)}`,
    ...(instructions === undefined ? [] : [`"instructions":${JSON.stringify(instructions)}`]),
  ]
  return renderResult(request.id, members.join(','))
}

/** The version that `initialize` with these parameters leads to. @throws PosternError `invalid_params` */
export function negotiatedVersion(params: JsonObject | undefined): ProtocolVersion {
  if (typeof params?.protocolVersion !== 'string') {
    throw new PosternError('invalid_params', { message: 'params.protocolVersion must be a string.' })
  }
  return legacyVersion(params.protocolVersion) ?? LEGACY_VERSIONS[0]
}

const TELLS_NOTHING = Object.freeze({ listChanged: false, subscribe: false })
