import type { Hints, Tier } from '../tool.ts'

/**
 * What `postern.lock.json` remembers: which operation has which tool name, and how much each tool could do when it
 * was last approved. It can't grant anything: it names tools and holds them back, and no more.
 */
export interface LockFile {
  /** By the API's name. */
  readonly apis: ReadonlyMap<string, LockedApi>
}

/** What is remembered of one API. */
export interface LockedApi {
  /** The prefix that the names were made with; with another one they are made anew. */
  readonly prefix: string
  readonly tools: readonly LockedTool[]
}

/** What tells an operation from the others of its API. */
export interface OperationIdentity {
  /** Upper case. */
  readonly method: string
  readonly path: string
  readonly operationId: string | undefined
}

/** How much a tool can do, and for whom. */
export interface ToolFacts extends OperationIdentity {
  readonly tier: Tier
  readonly hints: Hints
  /** All of them are required. */
  readonly scopes: readonly string[]
  /** Source of the condition under which it exists for a caller. */
  readonly when: string | undefined
  /** Parameters that the gateway sets, sorted. */
  readonly bound: readonly string[]
  /** Arguments that the user is asked for, sorted. */
  readonly asked: readonly string[]
  /** What becomes of calls whose user can't be asked to say yes; undefined where nobody has to. */
  readonly confirm: 'refuse' | 'call' | undefined
  /** False for what is only read as a resource. */
  readonly isCallable: boolean
  /** Arguments besides those of the path, as the tool takes them. */
  readonly arguments: readonly LockedArgument[]
  /** Base URL, or base path at the configured upstream, where the document chose it; undefined where the configuration did. */
  readonly origin: string | undefined
}

/** One argument, as far as it is remembered. */
export interface LockedArgument {
  readonly name: string
  readonly required: boolean
}

/** One tool of the lock file. */
export interface LockedTool extends ToolFacts {
  readonly name: string
  /** Digest of the advertised schema without its texts, 12 hexadecimal digits. */
  readonly schema: string
}

/** The hints, in the order in which the file writes those that are true. */
export const HINTS = ['readOnly', 'destructive', 'idempotent', 'openWorld'] as const
