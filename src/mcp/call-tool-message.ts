import type { JsonObject } from '../catalogue/tool.ts'
import { PosternError } from '../errors.ts'
import { isJsonObject, type RpcRequest } from './json-rpc.ts'
import type { MessageContext, Prepared } from './message-context.ts'
import { type Progress, ProgressReport, readProgressToken } from './progress.ts'
import { renderToolResult } from './render-result.ts'
import { MODERN_VERSION } from './versions.ts'

/**
 * `tools/call`: hands the call to the pipeline and renders what it yields.
 *
 * @throws PosternError `invalid_params`, at once; the promise rejects with whatever `callTool` refuses with.
 */
export function answerCallTool(
  request: RpcRequest,
  context: MessageContext,
  prepared: Prepared,
): Promise<string> {
  const { door } = prepared
  const meta = context.version === MODERN_VERSION ? prepared.resultMeta : undefined
  const called = door.callTool({
    server: door.server,
    caller: context.caller,
    name: readToolName(request.params),
    arguments: readArguments(request.params),
    signal: context.signal,
    progress: progressOf(request, context),
    user: context,
    requestId: context.requestId,
    protocolVersion: context.version,
    client: context.client,
    remoteAddress: context.remoteAddress,
    answerHeaders: context.answerHeaders,
  })
  return called.then(result => renderToolResult(request.id, result, meta))
}

/** The tool's name as sent; it may be no tool at all. @throws PosternError `invalid_params` */
export function readToolName(params: JsonObject | undefined): string {
  if (typeof params?.name === 'string') return params.name
  throw new PosternError('invalid_params', { message: 'params.name must be the name of a tool.' })
}

/** The arguments as sent, `{}` where there are none. @throws PosternError `invalid_params` */
export function readArguments(params: JsonObject | undefined): JsonObject {
  const args = params?.arguments
  if (args === undefined) return {}
  if (isJsonObject(args)) return args
  throw new PosternError('invalid_params', { message: 'params.arguments must be an object.' })
}

function progressOf({ params }: RpcRequest, context: MessageContext): Progress | undefined {
  const token = readProgressToken(params)
  if (token === undefined) return undefined
  const { notify } = context
  return notify === undefined ? undefined : new ProgressReport(token, notify)
}
