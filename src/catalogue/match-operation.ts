/**
 * Finds the operation that a plain REST request is, for the pass-through. The policy decides by what is found
 * here and the backend by the bytes it gets, so anything that the two could read differently is refused:
 * encoded slashes, dots and other plain characters, dot segments, empty segments, backslashes, parameters after
 * `;`, a literal in another case.
 *
 * What it does not check: the query, headers and body of the request.
 */
import { SkippedOperation } from './argument.ts'
import { parsePath } from './parse-path.ts'
import { createPathIndex, type PathIndex } from './path-index.ts'
import type { Tool } from './tool.ts'

/** The operation of a request, and what its path says. */
export interface MatchedOperation {
  readonly tool: Tool
  /** Argument name → decoded text of its place in the path. */
  readonly pathArguments: ReadonlyMap<string, string>
}

/** Undefined where the request is no operation that is served. */
export type MatchOperation = (method: string, path: string) => MatchedOperation | undefined

const MAX_SEGMENTS = 64
const MAX_PATH = 8_192

/**
 * Makes the matcher for the tools of one API. The path it takes is the raw one (percent-encoding untouched)
 * below the API's base URL, without the query.
 *
 * @param others - all operations of the document (the catalogue's report): a path that belongs to one that is no
 *   tool is refused, also where a tool with a parameter in that place would match (`/users/{id}`, `/users/admin`)
 */
export function createOperationMatcher(
  tools: readonly Tool[],
  others: Iterable<{ readonly method: string; readonly path: string }> = [],
): MatchOperation {
  const indexes = new Map<string, PathIndex<Tool | undefined>>()
  const indexOf = (method: string): PathIndex<Tool | undefined> => {
    const index = indexes.get(method) ?? createPathIndex<Tool | undefined>()
    indexes.set(method, index)
    return index
  }
  const served = new Set(tools.map(tool => `${tool.operation.method} ${tool.operation.path}`))
  for (const tool of tools) indexOf(tool.operation.method).add(templateOf(tool), tool)
  for (const { method, path } of others) {
    if (!served.has(`${method} ${path}`)) addOther(indexOf(method), path)
  }
  return (method, path) => {
    const segments = segmentsOf(path)
    if (segments === undefined) return undefined
    const match = indexes.get(method)?.find(segments)
    // Two operations of one shape: which one the backend takes it for can't be told.
    if (match?.kind !== 'found' || match.values.length !== 1) return undefined
    const [tool] = match.values
    return tool === undefined ? undefined : withArguments(tool, match.captured)
  }
}

function templateOf(tool: Tool): readonly (string | { parameter: string })[] {
  return tool.plan.path.map(part => (typeof part === 'string' ? part : { parameter: part.argument }))
}

function addOther(index: PathIndex<Tool | undefined>, path: string): void {
  try {
    index.add(parsePath(path), undefined)
  } catch (error) {
    // A path that can't be parsed can't be requested here either.
    if (!(error instanceof SkippedOperation)) throw error
  }
}

function withArguments(tool: Tool, captured: readonly string[]): MatchedOperation | undefined {
  const pathArguments = new Map<string, string>()
  let index = 0
  for (const part of tool.plan.path) {
    if (typeof part === 'string') continue
    const value = decodeURIComponent(captured[index++] ?? '')
    const before = pathArguments.get(part.argument)
    if (before !== undefined && before !== value) return undefined
    pathArguments.set(part.argument, value)
  }
  return { tool, pathArguments }
}

function segmentsOf(path: string): readonly string[] | undefined {
  if (!path.startsWith('/') || path.length > MAX_PATH) return undefined
  const segments = path.slice(1).split('/')
  if (segments.length > MAX_SEGMENTS) return undefined
  const isSafe = segments.every((segment, index) => {
    return segment === '' ? index === segments.length - 1 : isSafeSegment(segment)
  })
  return isSafe ? segments : undefined
}

function isSafeSegment(segment: string): boolean {
  // RFC 3986 pchar, but `;`, which some backends take for the start of parameters that they cut off.
  if (!/^(?:[A-Za-z0-9._~!$&'()*+,=:@-]|%[0-9A-Fa-f]{2})+$/.test(segment)) return false
  if (/^\.{1,2}$/.test(segment)) return false
  // Unreserved characters are never encoded by an honest client (RFC 3986 2.3); the rest hides structure.
  if (
    /%(?:2[def]|3[0-9]|4[1-9a-f]|5[0-9a]|5[cf]|6[1-9a-f]|7[0-9a]|7[ef]|[01][0-9a-f]|25|3b|3f|23)/i.test(
      segment,
    )
  ) {
    return false
  }
  try {
    return decodeURIComponent(segment) !== ''
  } catch {
    return false
  }
}
