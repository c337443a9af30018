import type { HideCredentials } from '../audit/hide-credentials.ts'
import { type AuditRecord, type Outcome, redactArguments } from '../audit/record.ts'
import type { RepairedArguments } from '../catalogue/arguments/repaired-arguments.ts'
import type { JsonObject, Tool } from '../catalogue/tool.ts'
import { type ErrorNames, renamedCode } from '../config/error-names.ts'
import type { Interview } from '../elicitation/interview.ts'
import { ERRORS, type PosternError } from '../errors.ts'
import type { ToolCall } from '../mcp/call.ts'
import type { ToolResult } from '../mcp/tool-result.ts'

/** What of a call is put on record, as far as it has got. */
export interface RecordedCall {
  readonly call: ToolCall
  /** Of the resource that is read; undefined where a tool is called. */
  readonly uri: string | undefined
  readonly tool: Tool | undefined
  readonly args: JsonObject
  readonly repairs: RepairedArguments['repairs'] | undefined
  readonly interview: Interview | undefined
  readonly shown: JsonObject | undefined
  readonly tenant: string | undefined
  readonly response: { readonly status: number } | undefined
  readonly result: ToolResult | undefined
  readonly options: {
    readonly isHeld?: ((name: string) => boolean) | undefined
    readonly errorNames?: ErrorNames | undefined
    readonly hideCredentials?: HideCredentials | undefined
  }
}

/**
 * The audit's record of a call, refusals and questions included.
 *
 * @param durationMs - undefined for a call that waits for its user
 */
export function recordCall(
  running: RecordedCall,
  failure: PosternError | undefined,
  durationMs: number | undefined,
): AuditRecord {
  const { call, tool } = running
  const missing = failure?.data?.missingScopes
  return {
    event: running.uri === undefined ? 'tool_call' : 'resource_read',
    requestId: call.requestId,
    outcome: outcome(failure, running),
    confirmed: running.interview?.consent,
    code: failure?.code,
    shownCode: renamedCode(failure, running.options.errorNames) ?? running.result?.errorCode,
    tool: nameOf(running),
    held: tool === undefined && running.options.isHeld?.(call.name) ? true : undefined,
    via: call.via,
    tenant: running.tenant,
    tier: tool?.tier,
    missingScopes: Array.isArray(missing) ? missing : undefined,
    principal: call.caller.principal,
    // What was unwrapped has its names, by which secrets are known, only afterwards.
    arguments: redactArguments(
      running.shown ?? (running.repairs?.unwrapped ? running.args : call.arguments),
      tool,
      running.options.hideCredentials,
    ),
    repairs: running.repairs,
    upstreamStatus: running.response?.status,
    drift: running.result?.drift,
    client: call.client,
    remoteAddress: call.remoteAddress,
    durationMs,
  }
}

/**
 * As called. What leads nowhere may hold what should not be written down: a credential, or the query of a URI, which is
 * left out.
 */
function nameOf({ call, tool, uri, options: { hideCredentials } }: RecordedCall): string {
  if (tool !== undefined) return call.name.slice(0, 128)
  const name = (uri === undefined ? call.name : (uri.split('?', 1)[0] ?? '')).slice(0, 256)
  return (hideCredentials?.(name) ?? name).slice(0, 128)
}

function outcome(failure: PosternError | undefined, { result, interview }: RecordedCall): Outcome {
  if (failure === undefined && interview?.consent === 'asked') return 'asked'
  if (failure === undefined) return result?.isError ? 'error' : 'ok'
  const { status } = ERRORS[failure.code]
  const isRefusal = status === 403 || status === 429 || failure.code === 'invalid_request_state'
  return isRefusal ? 'denied' : 'error'
}
