import type { Principal } from '../auth/principal.ts'
import type { JsonObject, Tool } from '../catalogue/tool.ts'
import type { ErrorCode } from '../errors.ts'

/** How an audited request ended. */
export type Outcome =
  /** The backend answered with success. */
  | 'ok'
  /** Allowed, but the call failed: bad arguments, an error of the backend, a timeout. */
  | 'error'
  /** Refused by Postern: no or bad credential, scope, role, origin, host. */
  | 'denied'

/** One line of the audit: who asked for what, and what came of it. Times are ISO 8601 in UTC. */
export interface AuditRecord {
  readonly event: 'tool_call' | 'passthrough' | 'refused'
  readonly requestId: string
  readonly outcome: Outcome
  /** Error code of `errors.ts` where there is one. */
  readonly code?: ErrorCode | undefined
  /** Name of the tool as called, shortened; it need not exist. */
  readonly tool?: string | undefined
  readonly tier?: string | undefined
  /** Scopes that would have been needed. */
  readonly missingScopes?: readonly string[] | undefined
  readonly principal?: Principal | undefined
  /** Redacted with {@link redactArguments}. */
  readonly arguments?: unknown
  /** HTTP status of the backend. */
  readonly upstreamStatus?: number | undefined
  /** The client's name and version as it reports them. */
  readonly client?: string | undefined
  readonly remoteAddress?: string | undefined
  readonly durationMs?: number | undefined
}

/** Longest string that is written whole; the rest is counted. */
const LONGEST_STRING = 256
/** Values below this depth, and items beyond this count, are summed up. */
const DEEPEST = 6
const MOST_ITEMS = 20

/**
 * A copy of the arguments that may be logged: values that the tool's schema or their name marks as sensitive
 * become `[redacted]`, long strings, lists and depths are cut. Never throws and never runs long, whatever the
 * caller sent. Without a tool (an unknown name), only the argument names are kept.
 */
export function redactArguments(args: JsonObject, tool: Tool | undefined): unknown {
  if (tool === undefined) return Object.keys(args).slice(0, MOST_ITEMS).map(shorten)
  return redact(args, [], tool)
}

function redact(value: unknown, path: readonly string[], tool: Tool): unknown {
  if (path.length > 0 && tool.isSensitive(path)) return '[redacted]'
  if (typeof value === 'string') return shorten(value)
  if (typeof value !== 'object' || value === null) return value
  if (path.length >= DEEPEST) return '[nested]'
  if (Array.isArray(value)) {
    const items = value.slice(0, MOST_ITEMS).map(item => redact(item, [...path, '*'], tool))
    return value.length > MOST_ITEMS ? [...items, `[${value.length - MOST_ITEMS} more]`] : items
  }
  const entries = Object.entries(value)
  const kept = entries
    .slice(0, MOST_ITEMS * 2)
    .map(([key, item]) => [shorten(key), redact(item, [...path, key], tool)])
  if (entries.length > kept.length) kept.push(['…', `[${entries.length - kept.length} more]`])
  return Object.fromEntries(kept)
}

function shorten(text: string): string {
  return text.length <= LONGEST_STRING
    ? text
    : `${text.slice(0, LONGEST_STRING)}… (${text.length} characters)`
}
