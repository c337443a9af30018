/** One HTTP request as the load generator sends it, over and over. */
export interface BenchRequest {
  readonly method: 'GET' | 'POST'
  /** Path on the subject. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
}

const MODERN = '2026-07-28'
const LEGACY = '2025-11-25'
const CLIENT = { name: 'bench', version: '1.0.0' }

/**
 * A request of MCP 2026-07-28: metadata in `params._meta` and repeated in the headers
 * (basic/transports/streamable-http, "Request Metadata").
 *
 * @param token Bearer token; undefined for a server without authentication.
 */
export function modernRequest(
  method: string,
  params: Readonly<Record<string, unknown>>,
  token?: string,
): BenchRequest {
  const meta = {
    'io.modelcontextprotocol/protocolVersion': MODERN,
    'io.modelcontextprotocol/clientInfo': CLIENT,
    'io.modelcontextprotocol/clientCapabilities': {},
  }
  return post({ jsonrpc: '2.0', id: 1, method, params: { ...params, _meta: meta } }, token, {
    'mcp-protocol-version': MODERN,
    'mcp-method': method,
    ...(typeof params.name === 'string' && { 'mcp-name': params.name }),
  })
}

/** A request of MCP 2025-11-25 to a stateless server, as a client sends it after `initialize`. */
export function legacyRequest(method: string, params: Readonly<Record<string, unknown>>): BenchRequest {
  return post({ jsonrpc: '2.0', id: 1, method, params }, undefined, { 'mcp-protocol-version': LEGACY })
}

function post(
  message: object,
  token: string | undefined,
  headers: Readonly<Record<string, string>>,
): BenchRequest {
  return {
    method: 'POST',
    path: '/mcp',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...headers,
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(message),
  }
}
