import { AUTHORIZE, REFRESH, resourceMetadata, serverMetadata, TOKEN } from './common-steps.ts'
import type { ClientShape, Probe } from './shape.ts'

const clientInfo = {
  name: 'claude-code',
  title: 'Claude Code',
  version: '2.1.330',
  description: "Anthropic's agentic coding tool",
  websiteUrl: 'https://claude.com/claude-code',
}
const capabilities = { roots: { listChanged: true }, elicitation: { form: {}, url: {} } }
const userAgent = 'claude-code/2.1.330 (sdk-cli)'

/** What `claude mcp list` asks first: the newest revision, without `initialize`. */
const discover: Probe = {
  method: 'POST',
  path: '/mcp',
  headers: {
    accept: 'application/json, text/event-stream',
    'content-type': 'application/json',
    'user-agent': userAgent,
    'mcp-method': 'server/discover',
    'mcp-protocol-version': '2026-07-28',
  },
  body: {
    jsonrpc: '2.0',
    id: 'server-discover-probe-1',
    method: 'server/discover',
    params: {
      _meta: {
        'io.modelcontextprotocol/protocolVersion': '2026-07-28',
        'io.modelcontextprotocol/clientInfo': clientInfo,
        'io.modelcontextprotocol/clientCapabilities': capabilities,
      },
    },
  },
  expects: [401],
}

const discovery = [
  discover,
  resourceMetadata({ 'mcp-protocol-version': '2025-11-25', 'user-agent': userAgent }),
  serverMetadata({
    accept: 'application/json',
    'mcp-protocol-version': '2025-11-25',
    'user-agent': userAgent,
  }),
]

/** Its CIMD, published at its own URL: the redirect has no port, the request has one. */
const document = {
  client_id: 'https://claude.ai/oauth/claude-code-client-metadata',
  client_name: 'Claude Code',
  client_uri: 'https://claude.ai',
  redirect_uris: ['http://localhost/callback', 'http://127.0.0.1/callback'],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  token_endpoint_auth_method: 'none',
}

/** Claude Code, `claude mcp add --transport http` and `claude mcp login`. */
export const CLAUDE_CODE: ClientShape = {
  client: 'Claude Code',
  version: '2.1.330',
  source: 'observed',
  how: 'Recorded in full with its metadata document and by registration, with refresh; the document’s own text is as published. `claude mcp login` skips the first probe.',
  discovery,
  scopeFrom: 'metadata',
  registration: {
    client_name: 'Claude Code (tally)',
    redirect_uris: ['http://localhost:{port}/callback'],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
    application_type: 'native',
    scope: '{scope}',
  },
  document,
  redirectUri: 'http://localhost:{port}/callback',
  authorize: AUTHORIZE,
  token: TOKEN,
  refresh: REFRESH,
  headers: { 'user-agent': 'Bun/1.4.4' },
  needs: [
    'A free port for `localhost` too, where the document has none.',
    'It asks for every scope of `scopes_supported`, not for those of the challenge.',
    'It refreshes before each request once the token has run out, several times in a second.',
  ],
}
