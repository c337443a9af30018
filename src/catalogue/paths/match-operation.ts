/**
 * Finds the operation that a plain REST request is, for the pass-through. The policy decides by what is found
 * here and the backend by the bytes it gets, so anything that the two could read differently is refused:
 * encoded slashes, dots and other plain characters, dot segments, empty segments, backslashes, parameters after
 * `;`, compatibility forms of any of these, a literal in another case.
 *
 * What it does not check: the query, headers and body of the request.
 */
import { SkippedOperation } from '../arguments/argument.ts'
import type { Tool } from '../tool.ts'
import { type PathParameter, parsePath } from './parse-path.ts'
import { createPathIndex, type PathIndex } from './path-index.ts'
import { foldPath, readingsOf } from './path-readings.ts'
import { pathTextProblem } from './path-text.ts'
import { splitTemplate } from './split-template.ts'

/** The operation of a request, and what its path says. */
export interface MatchedOperation {
  readonly tool: Tool
  /** Argument name → decoded text of its place in the path. */
  readonly pathArguments: ReadonlyMap<string, string>
  /** Names in the query that would make it another operation (`/responses?beta=true`). */
  readonly foreignNames: readonly string[]
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
  const indexes = new Map<string, Index>()
  const indexOf = (method: string): Index => {
    const index = indexes.get(method) ?? { exact: createPathIndex(), folded: createPathIndex() }
    indexes.set(method, index)
    return index
  }
  const served = new Set(tools.map(tool => `${tool.operation.method} ${tool.operation.path}`))
  for (const tool of tools) add(indexOf(tool.operation.method), templateOf(tool), tool.operation.path, tool)
  for (const { method, path } of others) {
    if (!served.has(`${method} ${path}`)) addOther(indexOf(method), path)
  }
  return (method, path) => {
    const segments = segmentsOf(path)
    if (segments === undefined) return undefined
    const index = indexes.get(method)
    const match = index?.exact.find(segments)
    if (match?.kind !== 'found' || index === undefined) return undefined
    const plain = match.values.filter(({ isVariant }) => !isVariant)
    const candidates = plain.length > 0 ? plain : match.values
    const [only] = candidates
    // Two operations of one shape: which one the backend takes it for can't be told.
    if (only?.tool === undefined || candidates.length !== 1) return undefined
    // A plain request does not say by itself that it has the query of such an operation.
    if (only.tool.plan.fixedQuery !== undefined || !isOnly(index, only.tool, segments)) return undefined
    return withArguments(
      only.tool,
      match.captured,
      match.values.flatMap(({ names }) => names),
    )
  }
}

/** What is at one place. */
interface Place {
  /** Undefined for an operation that is no tool. */
  readonly tool: Tool | undefined
  /** Whether a query or a fragment in its path tells it from another one. */
  readonly isVariant: boolean
  /** The names in that query. */
  readonly names: readonly string[]
}

/** The operations of one method. */
interface Index {
  readonly exact: PathIndex<Place>
  /** By folded path; the values are path templates. */
  readonly folded: PathIndex<string>
}

function add(index: Index, template: readonly (string | PathParameter)[], path: string, tool?: Tool): void {
  const { isVariant, query } = splitTemplate(path)
  index.exact.add(template, { tool, isVariant, names: query.map(({ name }) => name) })
  index.folded.add(
    template.map(part => (typeof part === 'string' ? foldPath(part) : part)),
    path,
  )
}

/** Whether no backend can read the path as that of another operation. */
function isOnly({ folded }: Index, tool: Tool, segments: readonly string[]): boolean {
  return readingsOf(segments.map(decodeURIComponent).join('/')).every(reading => {
    const match = folded.find(reading.split('/'))
    return match.kind === 'none' || (match.kind === 'found' && match.values.includes(tool.operation.path))
  })
}

function templateOf(tool: Tool): readonly (string | { parameter: string })[] {
  return tool.plan.path.map(part => (typeof part === 'string' ? part : { parameter: part.argument }))
}

function addOther(index: Index, path: string): void {
  try {
    add(index, parsePath(path), path)
  } catch (error) {
    // A path that can't be parsed can't be requested here either.
    if (!(error instanceof SkippedOperation)) throw error
  }
}

function withArguments(
  tool: Tool,
  captured: readonly string[],
  foreignNames: readonly string[],
): MatchedOperation | undefined {
  const pathArguments = new Map<string, string>()
  let index = 0
  for (const part of tool.plan.path) {
    if (typeof part === 'string') continue
    const value = decodeURIComponent(captured[index++] ?? '')
    const before = pathArguments.get(part.argument)
    if (before !== undefined && before !== value) return undefined
    pathArguments.set(part.argument, value)
  }
  return { tool, pathArguments, foreignNames }
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
    return pathTextProblem(decodeURIComponent(segment)) === undefined
  } catch {
    return false
  }
}
