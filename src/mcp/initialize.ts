import type { JsonObject } from '../catalogue/tool.ts'
import { canElicit } from '../elicitation/can-elicit.ts'
import { PosternError } from '../errors.ts'
import type { McpServer } from './call.ts'
import { capabilitiesOf, type Telling } from './capabilities.ts'
import type { RpcRequest } from './json-rpc.ts'
import type { MessageContext, Prepared } from './message-context.ts'
import { renderResult } from './render-result.ts'
import { asksUsersLive, LEGACY_VERSIONS, legacyVersion, type ProtocolVersion } from './versions.ts'

/**
 * `initialize` of the legacy era (2025-11-25 basic/lifecycle "Initialization"): the requested version if it is
 * spoken here, otherwise the newest, which the client may refuse. A session id is given only where a tool or a prompt asks its user and the client said that it can
 * ask: it is how later requests tell.
 */
export function answerInitialize(request: RpcRequest, context: MessageContext, prepared: Prepared): string {
  const { info, instructions, server } = prepared.door
  const version = negotiatedVersion(request.params)
  const canAsk = asksUsersLive(version) && canElicit(request.params?.capabilities)
  if (canAsk && asksUsers(server)) context.openSession?.()
  const members = [
    `"protocolVersion":"${version}"`,
    `"capabilities":${capabilitiesOf(prepared.door.server, tellingOf(context))}`,
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

/** Whether any call here may need its user's word. */
function asksUsers({ tools, prompts = [] }: McpServer): boolean {
  return tools.some(tool => tool.asksUser) || prompts.some(({ ask }) => ask !== undefined)
}

/** On stdio there is a way to tell of changes. Over HTTP this era has one only with a stream that stays open. */
function tellingOf({ watched }: MessageContext): Telling {
  return { listChanged: watched !== undefined, subscribe: watched !== undefined }
}
