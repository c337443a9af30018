import { isJsonObject } from '../catalogue/is-json-object.ts'
import type { JsonObject } from '../catalogue/tool.ts'
import { encodeHeaderValue } from './encode-header-value.ts'
import type { ClientMessage } from './message.ts'
import { type ParameterHeaders, parameterHeaders, parameterHeaderValues } from './parameter-headers.ts'

/** What the bridge remembers of its conversation with one server. */
export interface Session {
  /** Mcp-Session-Id of a server that keeps sessions (2025-*); undefined for stateless ones. */
  sessionId: string | undefined
  /** What `initialize` negotiated (2025-*); undefined before it and in the era without handshake. */
  protocolVersion: string | undefined
  /** Tools whose arguments are repeated as headers, as the last tools/list named them. */
  readonly parameterHeaders: Map<string, ParameterHeaders>
}

/** A conversation that has not begun. */
export function createSession(): Session {
  return { sessionId: undefined, protocolVersion: undefined, parameterHeaders: new Map() }
}

/** The headers of one POST (basic/transports "Request Metadata"), without the credential. */
export function messageHeaders(message: ClientMessage, session: Session): Record<string, string> {
  const headers: Record<string, string> = {
    Accept: 'application/json, text/event-stream',
    'Content-Type': 'application/json',
  }
  if (message.version === undefined) return { ...headers, ...sessionHeaders(message, session) }
  headers['MCP-Protocol-Version'] = message.version
  if (message.method !== undefined) headers['Mcp-Method'] = message.method
  const params = isJsonObject(message.single?.params) ? message.single.params : {}
  const name = message.method === 'resources/read' ? params.uri : params.name
  if (NAMED.has(message.method ?? '') && typeof name === 'string') {
    headers['Mcp-Name'] = encodeHeaderValue(name)
    const mirrored = message.method === 'tools/call' ? session.parameterHeaders.get(name) : undefined
    if (mirrored !== undefined) Object.assign(headers, parameterHeaderValues(mirrored, params.arguments))
  }
  return headers
}

/**
 * Learns from a result: the negotiated version from `initialize`, the mirrored arguments from `tools/list`.
 *
 * @returns the result to hand on where it must differ from the server's: without tools whose annotations break
 * the rules, which a client must not see. `warn` is told of each.
 */
export function observeResult(
  message: ClientMessage,
  answer: JsonObject,
  session: Session,
  warn: (line: string) => void,
): JsonObject | undefined {
  const { result } = answer
  if (!isJsonObject(result)) return undefined
  if (message.method === 'initialize' && typeof result.protocolVersion === 'string') {
    session.protocolVersion = result.protocolVersion
  }
  if (message.method !== 'tools/list' || message.version === undefined || !Array.isArray(result.tools)) {
    return undefined
  }
  const kept = result.tools.filter(tool => learnTool(tool, session, warn))
  return kept.length === result.tools.length ? undefined : { ...answer, result: { ...result, tools: kept } }
}

const NAMED = new Set(['tools/call', 'prompts/get', 'resources/read'])

function sessionHeaders(message: ClientMessage, session: Session): Record<string, string> {
  if (message.method === 'initialize') return {}
  return {
    ...(session.protocolVersion !== undefined && { 'MCP-Protocol-Version': session.protocolVersion }),
    ...(session.sessionId !== undefined && { 'Mcp-Session-Id': session.sessionId }),
  }
}

function learnTool(tool: unknown, session: Session, warn: (line: string) => void): boolean {
  if (!isJsonObject(tool) || typeof tool.name !== 'string') return true
  const mirrored = parameterHeaders(tool.inputSchema)
  if (mirrored === undefined) {
    warn(`The tool ${JSON.stringify(tool.name)} is left out: its x-mcp-header annotations are not valid.`)
    return false
  }
  if (mirrored.size > 0) session.parameterHeaders.set(tool.name, mirrored)
  else session.parameterHeaders.delete(tool.name)
  return true
}
