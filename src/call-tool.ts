/**
 * One tool call from name to result: the steps in order, as a table that a reviewer can read from top to
 * bottom. What came before (Host, Origin, credential, message) is the door's business (`mcp/`); it hands over
 * a {@link ToolCall} whose caller is verified and whose name and arguments are not.
 *
 * Each step does one thing to the running call and may throw a {@link PosternError}. Whatever happens, one
 * audit record is written.
 */
import { type AuditRecord, type Outcome, redactArguments } from './audit/record.ts'
import type { RepairedArguments } from './catalogue/arguments/repaired-arguments.ts'
import type { JsonObject, Tool } from './catalogue/tool.ts'
import { type ErrorNames, renamedCode } from './config/error-names.ts'
import { ERRORS, type ErrorCode, PosternError } from './errors.ts'
import type { CallTool, FoundCall, ToolCall } from './mcp/call.ts'
import type { ToolResult } from './mcp/tool-result.ts'
import type { Decision } from './policy/decide.ts'
import { errorResult } from './result/error-result.ts'
import { shapeResponse } from './result/shape-response.ts'
import { watchRecords } from './result/watch-records.ts'
import { buildRequest, type UpstreamRequest } from './upstream/build-request.ts'
import type { UpstreamCredentials } from './upstream/credentials.ts'
import type { Upstream, UpstreamResponse } from './upstream/send.ts'

/** What the steps need from the other rooms; `app.ts` hands it over. */
export interface CallToolOptions {
  /** Bound to the policy of the configuration. */
  readonly decide: (call: ToolCall, tool: Tool) => Decision
  /** Counts the call against the configured limits, throws where there is no room; undefined where none are configured. */
  readonly limit?: ((call: ToolCall, tool: Tool) => void | Promise<void>) | undefined
  /** Credentials of this tool's API for this caller. */
  readonly credentials: (call: ToolCall, tool: Tool) => UpstreamCredentials | Promise<UpstreamCredentials>
  /** The connection pool of this tool's API. */
  readonly upstream: (tool: Tool) => Upstream
  readonly audit: (record: AuditRecord) => void
  /** Throws while no call may be made since none could be put on record; undefined where calls go on all the same. */
  readonly refuseUnrecorded?: (() => void) | undefined
  /** Whether a tool of this name is held back until somebody approves it; for the audit of calls to tools that aren't there. */
  readonly isHeld?: (name: string) => boolean
  /** What the product calls errors. */
  readonly errorNames?: ErrorNames | undefined
  /** Told of what no caller may see: private reasons and unexpected errors. */
  readonly onError: (error: unknown, call: ToolCall) => void
  /** Milliseconds, monotonic. */
  readonly clock?: () => number
}

/** A call on its way through the steps; each step fills in what the next ones need. */
class RunningCall {
  call: ToolCall
  readonly options: CallToolOptions
  /** Set where the tools of the server are searched. */
  found: FoundCall | undefined
  tool!: Tool
  args: JsonObject
  repairs: RepairedArguments['repairs'] | undefined
  request!: UpstreamRequest
  credentials!: UpstreamCredentials
  response!: UpstreamResponse
  result!: ToolResult

  constructor(call: ToolCall, options: CallToolOptions) {
    this.call = call
    this.options = options
    this.args = call.arguments
  }
}

type Step = (running: RunningCall) => void | Promise<void>

/** The order is the security: nothing is sent before the policy and the arguments have been checked. */
const STEPS: readonly Step[] = [
  find,
  decide,
  limit,
  answerHere,
  validateArguments,
  bindArguments,
  fillInRequest,
  chooseCredentials,
  send,
  shape,
]

/** Codes that the model can read and act on; they become results with `isError`, as MCP server/tools asks. */
const READ_BY_THE_MODEL: ReadonlySet<ErrorCode> = new Set([
  'invalid_arguments',
  'rate_limited',
  'budget_exceeded',
  'no_upstream_credential',
  'exchange_refused',
  'upstream_credential_unavailable',
  'sealed_credential_unreadable',
  'upstream_unreachable',
  'upstream_timeout',
  'upstream_too_large',
  'upstream_redirect',
])

/** Makes the function that the MCP door calls for every `tools/call`. */
export function createCallTool(options: CallToolOptions): CallTool {
  const clock = options.clock ?? (() => performance.now())
  const steps = options.refuseUnrecorded === undefined ? STEPS : [options.refuseUnrecorded, ...STEPS]
  return async call => {
    const running = new RunningCall(call, options)
    const start = clock()
    let failure: PosternError | undefined
    try {
      for (const step of steps) {
        const pending = step(running)
        if (pending !== undefined) await pending
        if (running.result !== undefined) break
      }
      return running.result
    } catch (error) {
      failure = asPosternError(error, call)
      if (failure.code === 'internal_error' || failure.detail !== undefined)
        options.onError(error, running.call)
      if (!READ_BY_THE_MODEL.has(failure.code)) throw failure
      return errorResult(failure, options.errorNames)
    } finally {
      options.audit(auditRecord(running, failure, clock() - start))
    }
  }
}

function find(running: RunningCall): void {
  const { call } = running
  const found = call.server.search?.find(call)
  if (found !== undefined) {
    running.found = found
    running.call = found.call
    running.args = found.call.arguments
  }
  const tool = found === undefined ? call.server.byName.get(call.name) : found.tool
  if (tool === undefined) throw found?.error ?? new PosternError('unknown_tool')
  running.tool = tool
}

function decide({ call, tool, options, found }: RunningCall): void {
  if (found?.isOwn) return
  const decision = options.decide(call, tool)
  if (decision.allow) return
  throw new PosternError(decision.code, {
    message: decision.message,
    data: { tool: tool.name, scopes: tool.scopes, missingScopes: decision.scopes },
  })
}

/** Before the arguments are looked at: what is refused for them has been a call too. */
function limit({ call, tool, options }: RunningCall): void | Promise<void> {
  return options.limit?.(call, tool)
}

/** Where tools are searched: what the gateway answers itself, and calls that come the wrong way. */
function answerHere(running: RunningCall): void {
  const answer = running.found?.answer
  if (answer !== undefined) running.result = answer()
}

function validateArguments(running: RunningCall): void {
  const { tool } = running
  if (tool.unalias !== undefined) running.args = tool.unalias(running.args)
  const { args } = running
  const problems = tool.validate(args)
  if (problems.length === 0) return
  const repaired = tool.repair(args)
  if (repaired === undefined) throw new PosternError('invalid_arguments', { data: { problems } })
  running.args = repaired.args
  running.repairs = repaired.repairs
}

/** Parameters that the configuration binds come from the principal alone, whatever the caller sent. */
function bindArguments(running: RunningCall): void {
  const { tool, call } = running
  if (tool.bind.size === 0) return
  const args = { ...running.args }
  for (const [name, expression] of tool.bind) {
    const value = expression.evaluate(call.caller.principal)
    if (!isBindable(value)) {
      throw new PosternError('access_denied', {
        message: `This tool needs to know your ${name}, and your credential does not say it. Ask the administrator.`,
        detail: `bind ${name}: ${expression.source} gave ${value === '' ? 'an empty text' : typeof value}`,
      })
    }
    args[name] = value
  }
  // The refusal names no value: what the path would have been is the organisation's business.
  if (tool.guardBound(args).length > 0) {
    throw new PosternError('access_denied', {
      message: 'This tool can’t be used with what your credential says of you. Ask the administrator.',
      detail: `the bound arguments of ${tool.name} make the path of another operation`,
    })
  }
  running.args = args
}

/** An empty text would widen many a query to everybody's; it is as good as no value. */
function isBindable(value: unknown): value is string | number | boolean {
  return typeof value === 'number'
    ? Number.isFinite(value)
    : typeof value === 'boolean' || (typeof value === 'string' && value !== '')
}

function fillInRequest(running: RunningCall): void {
  running.request = buildRequest(running.tool.plan, running.args, running.tool.bind)
}

function chooseCredentials(running: RunningCall): void | Promise<void> {
  const chosen = running.options.credentials(running.call, running.tool)
  if (!(chosen instanceof Promise)) {
    running.credentials = chosen
    return
  }
  return chosen.then(credentials => {
    running.credentials = credentials
  })
}

async function send(running: RunningCall): Promise<void> {
  const { progress, signal } = running.call
  running.response = await running.options.upstream(running.tool).send(running.request, {
    headers: running.credentials.headers,
    signal,
    idempotent: running.tool.hints.idempotent,
    watch: progress === undefined ? undefined : watchRecords(progress, running.tool, secretsOf(running)),
  })
}

function shape(running: RunningCall): void {
  const { from } = running.credentials
  running.result = shapeResponse(running.response, running.tool, from, secretsOf(running), running.args)
}

/** A backend that echoes the gateway's own credential must not hand it to the caller. */
function secretsOf({ credentials: { from, headers, secrets } }: RunningCall): readonly string[] {
  if (secrets !== undefined) return secrets
  return from === 'gateway' ? Object.values(headers) : NO_SECRETS
}

const NO_SECRETS: readonly string[] = []

function asPosternError(error: unknown, { requestId }: ToolCall): PosternError {
  if (error instanceof PosternError) return error
  return new PosternError('internal_error', { data: { requestId }, cause: error })
}

function auditRecord(
  running: RunningCall,
  failure: PosternError | undefined,
  durationMs: number,
): AuditRecord {
  const { call, tool } = running
  const missing = failure?.data?.missingScopes
  return {
    event: 'tool_call',
    requestId: call.requestId,
    outcome: outcome(failure, running.result),
    code: failure?.code,
    shownCode: renamedCode(failure, running.options.errorNames) ?? running.result?.errorCode,
    tool: call.name.slice(0, 128),
    held: tool === undefined && running.options.isHeld?.(call.name) ? true : undefined,
    via: call.via,
    tier: tool?.tier,
    missingScopes: Array.isArray(missing) ? missing : undefined,
    principal: call.caller.principal,
    // What was unwrapped has its names, by which secrets are known, only afterwards.
    arguments: redactArguments(running.repairs?.unwrapped ? running.args : call.arguments, tool),
    repairs: running.repairs,
    upstreamStatus: running.response?.status,
    drift: running.result?.drift,
    client: call.client,
    remoteAddress: call.remoteAddress,
    durationMs: Math.round(durationMs * 100) / 100,
  }
}

function outcome(failure: PosternError | undefined, result: ToolResult | undefined): Outcome {
  if (failure === undefined) return result?.isError ? 'error' : 'ok'
  const { status } = ERRORS[failure.code]
  return status === 403 || status === 429 ? 'denied' : 'error'
}
