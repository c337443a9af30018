/**
 * One tool call from name to result: the steps in order, as a table that a reviewer can read from top to
 * bottom. What came before (Host, Origin, credential, message) is the door's business (`mcp/`); it hands over
 * a {@link ToolCall} whose caller is verified and whose name and arguments are not.
 *
 * Each step does one thing to the running call and may throw a {@link PosternError}. Whatever happens, one
 * audit record is written, and one more when a user is asked while the call waits.
 */
import type { HideCredentials } from './audit/hide-credentials.ts'
import type { AuditRecord } from './audit/record.ts'
import { doubtRefused } from './auth/doubt-refused.ts'
import { askToConfirm, askUser, type BeginInterview, useUpAnswers } from './call-tool/ask-user.ts'
import { bindArguments } from './call-tool/bind-arguments.ts'
import { findUnlisted } from './call-tool/find-unlisted.ts'
import { recordCall } from './call-tool/record-call.ts'
import type { RepairedArguments } from './catalogue/arguments/repaired-arguments.ts'
import type { JsonObject, Tool } from './catalogue/tool.ts'
import type { ErrorNames } from './config/error-names.ts'
import type { Interview } from './elicitation/interview.ts'
import { type ErrorCode, PosternError } from './errors.ts'
import type { CallTool, FoundCall, ToolCall } from './mcp/call.ts'
import type { ResourceChange } from './mcp/resources/resource-changes.ts'
import type { ToolResult } from './mcp/tool-result.ts'
import type { Decision } from './policy/decide.ts'
import type { Tenant } from './policy/tenants.ts'
import { errorResult } from './result/error-result.ts'
import { shapeResource } from './result/shape-resource.ts'
import { shapeResponse } from './result/shape-response.ts'
import { watchRecords } from './result/watch-records.ts'
import { buildRequest, type UpstreamRequest } from './upstream/build-request.ts'
import type { UpstreamCredentials } from './upstream/credentials.ts'
import { placeRequest } from './upstream/place-request.ts'
import type { Upstream, UpstreamResponse } from './upstream/send.ts'

/** What the steps need from the other rooms; `app.ts` hands it over. */
export interface CallToolOptions {
  /** Bound to the policy of the configuration. */
  readonly decide: (call: ToolCall, tool: Tool) => Decision
  /** Counts the call against the configured limits, throws where there is no room; undefined where none are configured. */
  readonly limit?: ((call: ToolCall, tool: Tool) => void | Promise<void>) | undefined
  /** For tools whose user is asked first. */
  readonly interview?: BeginInterview | undefined
  /**
   * The tenant whose backend this caller's call goes to; undefined where the API has one for everybody. Throws where
   * the caller is of no tenant. Left out where no API has tenants.
   */
  readonly tenant?: ((call: ToolCall, tool: Tool) => Tenant | undefined) | undefined
  /** Credentials of this tool's API for this caller. */
  readonly credentials: (call: ToolCall, tool: Tool) => UpstreamCredentials | Promise<UpstreamCredentials>
  /** The connection pool of this tool's API. */
  readonly upstream: (tool: Tool) => Upstream
  readonly audit: (record: AuditRecord) => void
  /** Throws while no call may be made since none could be put on record; undefined where calls go on all the same. */
  readonly refuseUnrecorded?: (() => void) | undefined
  /** Told of every call that changed something, as far as can be told; undefined where nobody could want to know. */
  readonly onChanged?: ((change: ResourceChange) => void) | undefined
  /** Whether a tool of this name is held back until somebody approves it; for the audit of calls to tools that aren't there. */
  readonly isHeld?: (name: string) => boolean
  /** What the product calls errors. */
  readonly errorNames?: ErrorNames | undefined
  /** Keeps credentials out of the audit; default: none is looked for. */
  readonly hideCredentials?: HideCredentials | undefined
  /** Told of what no caller may see: private reasons and unexpected errors. `tool`: undefined until it is found. */
  readonly onError: (error: unknown, call: ToolCall, tool: Tool | undefined) => void
  /** Milliseconds, monotonic. */
  readonly clock?: () => number
}

/** A call on its way through the steps; each step fills in what the next ones need. */
class RunningCall {
  call: ToolCall
  readonly options: CallToolOptions
  /** Set where the tools of the server are searched. */
  found: FoundCall | undefined
  /** Of the resource that is read; undefined where a tool is called. */
  readonly uri: string | undefined
  tool!: Tool
  args: JsonObject
  repairs: RepairedArguments['repairs'] | undefined
  /** Set where the user is asked before the call is sent. */
  interview: Interview | undefined
  shown: JsonObject | undefined
  request!: UpstreamRequest
  /** Name of the tenant whose backend is asked; undefined where there is one backend. */
  tenant: string | undefined
  credentials!: UpstreamCredentials
  response!: UpstreamResponse
  result!: ToolResult

  constructor(call: ToolCall, options: CallToolOptions) {
    this.call = call
    this.options = options
    this.args = call.arguments
    this.uri = call.purpose === 'resource' ? call.name : undefined
  }
}

type Step = (running: RunningCall) => void | Promise<void>

/** The order is the security: nothing is sent before the policy and the arguments have been checked. */
const STEPS: readonly Step[] = [
  find,
  decide,
  beginInterview,
  limit,
  answerHere,
  validateArguments,
  askUser,
  bindArguments,
  fillInRequest,
  chooseUpstream,
  askToConfirm,
  useUpAnswers,
  chooseCredentials,
  send,
  shape,
]

/** Codes that the model can read and act on; they become results with `isError`, as MCP server/tools asks. */
const READ_BY_THE_MODEL: ReadonlySet<ErrorCode> = new Set([
  'invalid_arguments',
  'declined',
  'user_not_asked',
  'too_many_questions',
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
        options.onError(error, running.call, running.tool)
      if (!READ_BY_THE_MODEL.has(failure.code) || call.purpose === 'resource') throw failure
      return errorResult(failure, options.errorNames)
    } finally {
      options.audit(recordCall(running, failure, clock() - start))
    }
  }
}

function find(running: RunningCall): void {
  const { call } = running
  const found = call.purpose === undefined ? call.server.search?.find(call) : findUnlisted(call)
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

/** A tool whose user is to be asked and can't be is not called. */
function beginInterview(running: RunningCall): void {
  const { call, tool, found, options } = running
  if (tool.asksUser !== true || found?.isOwn) return
  if (options.interview === undefined) throw new PosternError('user_not_asked')
  running.interview = options.interview(call, tool)
  running.interview.onAsked = () => options.audit(recordCall(running, undefined, undefined))
}

/**
 * Before the arguments are looked at: what is refused for them has been a call too. One that goes on after a question
 * was counted when it began.
 */
function limit({ call, tool, options, interview }: RunningCall): void | Promise<void> {
  return interview?.isResumed ? undefined : options.limit?.(call, tool)
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

function fillInRequest(running: RunningCall): void {
  running.request = buildRequest(running.tool.plan, running.args, running.tool.bind)
}

/** Where each tenant has a backend: the one of what the verified credential says, whatever else the call holds. */
function chooseUpstream(running: RunningCall): void {
  const { call, tool, options, request } = running
  const tenant = options.tenant?.(call, tool)
  if (tenant === undefined) return
  running.tenant = tenant.name
  running.request = placeRequest(request, tenant)
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

function send(running: RunningCall): Promise<void> {
  const { progress, signal } = running.call
  const sent = running.options.upstream(running.tool).send(running.request, {
    headers: running.credentials.headers,
    signal,
    idempotent: running.tool.hints.idempotent,
    watch: progress === undefined ? undefined : watchRecords(progress, running.tool, secretsOf(running)),
  })
  return sent.then(response => {
    running.response = response
  })
}

function shape(running: RunningCall): void {
  const { call, uri, response, tool, args, credentials } = running
  const secrets = secretsOf(running)
  running.result =
    uri === undefined
      ? shapeResponse(response, tool, credentials.from, secrets, args)
      : shapeResource(response, tool, credentials.from, secrets, args, { ...call, uri })
  doubtRefused(call.caller, credentials.headers, response.status)
  if (tool.hints.readOnly || response.status >= 400) return
  running.options.onChanged?.({ tool, arguments: args, principal: call.caller.principal })
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
