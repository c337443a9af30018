import type { IncomingHttpHeaders } from 'node:http'
import type { JsonObject, Tool } from '../catalogue/tool.ts'
import { PosternError } from '../errors.ts'
import { decodeHeaderValue } from './header-value.ts'
import { isJsonObject } from './json-rpc.ts'

/** One argument that clients repeat in a header. */
interface MirroredParameter {
  /** Property names that lead to the argument. */
  readonly path: readonly string[]
  /** Lower-case header name, `mcp-param-region`. */
  readonly header: string
}

/**
 * Checks the Mcp-Param-* headers of a modern `tools/call` against its arguments, for the properties that the
 * tool's schema marks with `x-mcp-header` (2026-07-28 basic/transports/streamable-http "Custom Headers from
 * Tool Parameters"). A header that no property asks for is ignored. A header for an argument that is not there
 * is refused: something in front may act on it.
 *
 * @throws PosternError `header_mismatch`
 */
export function checkParamHeaders(tool: Tool, args: JsonObject, headers: IncomingHttpHeaders): void {
  for (const { path, header } of mirroredParameters(tool)) {
    const sent = headers[header]
    const value = argumentAt(args, path)
    if (value === undefined || value === null ? sent === undefined : matches(sent, value)) continue
    const problem = sent === undefined ? 'is missing' : 'does not match the body'
    throw new PosternError('header_mismatch', {
      message: `The header ${header} ${problem}; it must repeat the argument ${path.join('.')}.`,
    })
  }
}

const known = new WeakMap<Tool, readonly MirroredParameter[]>()

function mirroredParameters(tool: Tool): readonly MirroredParameter[] {
  let found = known.get(tool)
  if (found === undefined) {
    found = collect(tool.inputSchema, [])
    known.set(tool, found)
  }
  return found
}

/** Only chains of `properties` count; the schema is a tree there, as `$ref` is not followed. */
function collect(schema: JsonObject, path: readonly string[]): MirroredParameter[] {
  if (!isJsonObject(schema.properties)) return []
  return Object.entries(schema.properties).flatMap(([name, property]) => {
    if (!isJsonObject(property)) return []
    const here = [...path, name]
    const header = property['x-mcp-header']
    const own =
      typeof header === 'string' ? [{ path: here, header: `mcp-param-${header.toLowerCase()}` }] : []
    return [...own, ...collect(property, here)]
  })
}

function argumentAt(args: JsonObject, path: readonly string[]): unknown {
  let value: unknown = args
  for (const name of path) {
    if (!isJsonObject(value) || !Object.hasOwn(value, name)) return undefined
    value = value[name]
  }
  return value
}

function matches(sent: string | string[] | undefined, value: unknown): boolean {
  const text = typeof sent === 'string' ? decodeHeaderValue(sent) : undefined
  if (text === undefined) return false
  if (typeof value === 'number') return NUMBER.test(text) && Number(text) === value
  return text === String(value)
}

const NUMBER = /^-?\d+(?:\.\d+)?$/
