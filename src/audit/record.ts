import type { Principal } from '../auth/principal.ts'
import type { RepairedArguments } from '../catalogue/arguments/repaired-arguments.ts'
import type { JsonObject, Tool } from '../catalogue/tool.ts'
import type { ErrorCode } from '../errors.ts'
import type { HideCredentials } from './hide-credentials.ts'

/** How an audited request ended. */
export type Outcome =
  /** The backend answered with success. */
  | 'ok'
  /** Allowed, but the call failed: bad arguments, an error of the backend, a timeout. */
  | 'error'
  /** Refused by Postern: no or bad credential, scope, role, origin, host; or by the user who was asked. */
  | 'denied'
  /** Nothing was sent yet: the user is being asked. */
  | 'asked'

/** One line of the audit: who asked for what, and what came of it. Times are ISO 8601 in UTC. */
export interface AuditRecord {
  readonly event: 'tool_call' | 'resource_read' | 'passthrough' | 'refused' | 'admin' | 'oauth'
  readonly requestId: string
  readonly outcome: Outcome
  /** Error code of `errors.ts` where there is one. */
  readonly code?: ErrorCode | undefined
  /** What the caller was shown instead, where the configuration has another name for it. */
  readonly shownCode?: string | undefined
  /** URL path of the MCP endpoint that refused. */
  readonly path?: string | undefined
  /** What was done: an operationId of the administration's API, or what happened at the authorization server. */
  readonly operation?: string | undefined
  /** Name of the tool as called, shortened; it need not exist. */
  readonly tool?: string | undefined
  /** True for a tool that is held back until somebody approves it; to its caller, there is none. */
  readonly held?: true | undefined
  /** The gateway's own tool through which it was called, where tools are searched instead of listed. */
  readonly via?: string | undefined
  /** The tenant whose backend was asked, where each has one. */
  readonly tenant?: string | undefined
  readonly tier?: string | undefined
  /**
   * What the user said who was asked before the call; `not possible` where the client could not ask and the call was
   * made all the same, `asked` where nothing is said yet.
   */
  readonly confirmed?: true | 'asked' | 'declined' | 'cancelled' | 'not possible' | undefined
  /** Scopes that would have been needed. */
  readonly missingScopes?: readonly string[] | undefined
  readonly principal?: Principal | undefined
  /** Redacted with {@link redactArguments}; as they were sent, before any repair. */
  readonly arguments?: unknown
  /** How many arguments were repaired, by kind; see `Tool.repair`. */
  readonly repairs?: RepairedArguments['repairs'] | undefined
  /** HTTP status of the backend. */
  readonly upstreamStatus?: number | undefined
  /** How many members of the answer are not as the document says; looked at for some answers only. */
  readonly drift?: number | undefined
  /** The client's name and version as it reports them. */
  readonly client?: string | undefined
  readonly remoteAddress?: string | undefined
  /** Milliseconds; written to the hundredth. */
  readonly durationMs?: number | undefined
}

/** Longest string that is written whole; the rest is counted. */
const LONGEST_STRING = 256
/** Values below this depth, items beyond these counts, and all beyond the total are summed up. */
const DEEPEST = 6
const MOST_ITEMS = 20
const MOST_MEMBERS = 40
const MOST_VALUES = 500
/** Longer texts with JSON are not looked into, and not shown. */
const LONGEST_JSON = 65_536
const JSON_START = /^\s*[[{]/

/**
 * A copy of the arguments that may be logged: values that the tool's schema or their name marks as sensitive
 * become `[redacted]`, credentials in any other `[credential]`, long strings, lists and depths are cut, and so is the
 * whole. Never throws and never runs long, whatever the caller sent. Without a tool (an unknown name), only the argument
 * names are kept.
 *
 * @param hide - default: finds no credentials
 */
export function redactArguments(
  args: JsonObject,
  tool: Tool | undefined,
  hide: HideCredentials = asItIs,
): unknown {
  try {
    if (tool === undefined) {
      const keys = Object.keys(args).slice(0, MOST_ITEMS)
      return keys.map(key => shorten(key, hide))
    }
    return redact(args, [], { tool, hide, values: 0 })
  } catch {
    return '[unreadable]'
  }
}

const asItIs: HideCredentials = text => text

/** One copy in the making. */
interface Copy {
  readonly tool: Tool
  readonly hide: HideCredentials
  /** How many values it has so far. */
  values: number
}

function redact(value: unknown, path: readonly string[], copy: Copy): unknown {
  copy.values += 1
  if (path.length > 0 && isSensitive(path, copy.tool)) return '[redacted]'
  if (typeof value === 'string') return redactText(value, path, copy)
  if (typeof value !== 'object' || value === null) return value
  if (path.length >= DEEPEST) return '[nested]'
  return Array.isArray(value) ? redactItems(value, path, copy) : redactMembers(value, path, copy)
}

/** Models put all arguments into one, which no schema knows; what a call fails for is written as it came. */
const WRAPPERS = new Set(['arguments', 'args', 'input', 'parameters', 'params', 'kwargs', 'request', 'body'])

function isSensitive(path: readonly string[], tool: Tool): boolean {
  if (tool.isSensitive(path)) return true
  return path.length > 1 && WRAPPERS.has(path[0] ?? '') && tool.isSensitive(path.slice(1))
}

/** Models send objects and lists as texts, so secrets are looked for in these too. */
function redactText(text: string, path: readonly string[], copy: Copy): string {
  if (!JSON_START.test(text)) return shorten(text, copy.hide)
  if (text.length > LONGEST_JSON) return `[JSON of ${text.length} characters]`
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return shorten(text, copy.hide)
  }
  return shorten(JSON.stringify(redact(value, path, copy)), copy.hide)
}

function redactItems(value: readonly unknown[], path: readonly string[], copy: Copy): unknown[] {
  const kept: unknown[] = []
  for (const item of value) {
    if (kept.length === MOST_ITEMS || copy.values >= MOST_VALUES) break
    kept.push(redact(item, [...path, '*'], copy))
  }
  return kept.length < value.length ? [...kept, `[${value.length - kept.length} more]`] : kept
}

function redactMembers(value: object, path: readonly string[], copy: Copy): unknown {
  const kept: JsonObject = {}
  const keys = Object.keys(value)
  let count = 0
  for (const key of keys) {
    if (count === MOST_MEMBERS || copy.values >= MOST_VALUES) break
    const member = redact(Reflect.get(value, key), [...path, key], copy)
    // An own property even so: the copy's prototype is never what a caller sent.
    if (key === '__proto__') Object.defineProperty(kept, key, { value: member, enumerable: true })
    else kept[freeName(shorten(key, copy.hide), kept)] = member
    count += 1
  }
  if (count < keys.length) kept['…'] = `[${keys.length - count} more]`
  return kept
}

/** What was shortened or hidden may be alike: no member takes another's place. */
function freeName(name: string, taken: JsonObject): string {
  let free = name
  for (let count = 2; Object.hasOwn(taken, free); count++) free = `${name} (${count})`
  return free
}

/** Looks a while beyond the cut, so that none goes through a credential. */
function shorten(text: string, hide: HideCredentials): string {
  if (text.length <= LONGEST_STRING) return hide(text)
  const start = hide(text.slice(0, 2 * LONGEST_STRING)).slice(0, LONGEST_STRING)
  return `${start.toWellFormed()}… (${text.length} characters)`
}
