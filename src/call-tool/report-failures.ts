import type { Tool } from '../catalogue/tool.ts'
import { type ErrorCode, PosternError } from '../errors.ts'
import type { ToolCall } from '../mcp/call.ts'
import { tellSeldom } from '../tell-seldom.ts'

/** Why calls were refused that whoever has such a credential can make as often as they like. */
export interface ReportedRefusal {
  readonly code: ErrorCode
  readonly detail: string | undefined
  readonly tool: string
  /** Of the call that is told of. */
  readonly requestId: string
  /** How many like it were not told of since the last. */
  readonly leftOut: number
}

/** Where failures of calls are told. */
export interface FailureReports {
  /** A caller’s own doing: told without a stack, and seldom, so that nobody fills the log with it. */
  readonly refused: (refusal: ReportedRefusal) => void
  /** Everything else. `name` is the tool’s or resource’s, as called. */
  readonly failed: (error: unknown, call: Pick<ToolCall, 'requestId' | 'name'>) => void
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/**
 * Sorts what the steps of a call threw. A refusal is told of at most twice a minute for each tool and code; both are
 * of closed lists, so what is remembered is bounded, whatever is called.
 */
export function reportFailures({ refused, failed, now }: FailureReports) {
  const seldom = new Map<string, (refusal: Omit<ReportedRefusal, 'leftOut'>) => void>()
  return (error: unknown, { requestId, name }: Pick<ToolCall, 'requestId' | 'name'>, tool?: Tool): void => {
    if (!(error instanceof PosternError && tool !== undefined && REFUSALS.has(error.code))) {
      failed(error, { requestId, name })
      return
    }
    const key = `${error.code} ${tool.name}`
    let report = seldom.get(key)
    if (report === undefined) {
      report = tellSeldom<Omit<ReportedRefusal, 'leftOut'>>(
        (refusal, leftOut) => refused({ ...refusal, leftOut }),
        PAUSE,
        now,
      )
      seldom.set(key, report)
    }
    report({ code: error.code, detail: error.detail, tool: tool.name, requestId })
  }
}

/** Between two reports of one tool and code, in milliseconds. */
const PAUSE = 30_000

/** What the caller’s credential, or what they sent, is refused for; no failure of the gateway or of a backend. */
const REFUSALS: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'access_denied',
  'no_upstream_credential',
  'exchange_refused',
  'invalid_request_state',
])
