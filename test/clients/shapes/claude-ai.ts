import { AUTHORIZE, REFRESH, resourceMetadata, serverMetadata, TOKEN } from './common-steps.ts'
import type { ClientShape } from './shape.ts'

const headers = { accept: '*/*', 'mcp-protocol-version': '2025-11-25', 'user-agent': 'python-httpx/0.28.1' }

/** claude.ai: custom connectors of the web page, of Claude Desktop and of the phone, which share one backend. */
export const CLAUDE_AI: ClientShape = {
  client: 'claude.ai',
  version: undefined,
  source: 'reported',
  how: 'From its makers’ pages for developers and its issue tracker. The literal name in registrations is not told.',
  discovery: [
    {
      method: 'POST',
      path: '/mcp',
      headers: { accept: 'application/json, text/event-stream', 'content-type': 'application/json' },
      body: {
        jsonrpc: '2.0',
        id: 0,
        method: 'initialize',
        params: {
          protocolVersion: '2025-11-25',
          capabilities: {},
          clientInfo: { name: 'Anthropic/ClaudeAI', version: '1.0.0' },
        },
      },
      expects: [401],
    },
    resourceMetadata(headers),
    serverMetadata(headers),
  ],
  scopeFrom: 'challenge',
  registration: {
    client_name: 'Claude',
    redirect_uris: ['https://claude.ai/api/mcp/auth_callback'],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    // Some connections ask for this method; an answer that says `none` is a public client all the same.
    token_endpoint_auth_method: 'client_secret_post',
    scope: '{scope}',
  },
  document: {
    client_id: 'https://claude.ai/oauth/mcp-oauth-client-metadata',
    client_name: 'Claude',
    redirect_uris: ['https://claude.ai/api/mcp/auth_callback'],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
  },
  redirectUri: 'https://claude.ai/api/mcp/auth_callback',
  authorize: AUTHORIZE,
  token: TOKEN,
  refresh: REFRESH,
  headers: { 'user-agent': 'python-httpx/0.28.1' },
  needs: [
    'Metadata with both `client_id_metadata_document_supported` and `none`, or it registers anew for every connection.',
    'Absolute `resource_metadata`, metadata at the path-suffixed URL whose `resource` has the path, and the path `/mcp`.',
    'Only the first of `authorization_servers` is used, and only a 401 is read as a challenge.',
    'Registration that asks for `client_secret_post` and gets on without.',
    'Answers within 10 seconds, within 30 at refresh.',
  ],
}
