import { AUTHORIZE, initialize, REFRESH, resourceMetadata, serverMetadata, TOKEN } from './common-steps.ts'
import type { ClientShape } from './shape.ts'

const BOTH = 'application/json, text/event-stream'
const clientInfo = { name: 'mcp-remote-fallback-test', version: '0.0.0' }

/** mcp-remote, the bridge that configuration files of programs use. */
export const MCP_REMOTE: ClientShape = {
  client: 'mcp-remote',
  version: '0.15.1',
  source: 'observed',
  how: 'Recorded in full by registration; it registers also where documents are taken. Its refresh is its library’s.',
  discovery: [
    { method: 'GET', path: '/mcp', headers: { accept: BOTH }, expects: [401, 405] },
    resourceMetadata({ accept: 'application/json' }),
    serverMetadata({ accept: 'application/json' }),
    { method: 'GET', path: '/mcp', headers: { accept: BOTH }, expects: [401, 405] },
    initialize('2025-11-25', clientInfo, {}, { 'mcp-method': 'initialize' }),
    resourceMetadata({ 'mcp-protocol-version': '2025-11-25' }),
    serverMetadata({ 'mcp-protocol-version': '2025-11-25' }),
  ],
  scopeFrom: 'challenge',
  registration: {
    redirect_uris: ['http://localhost:{port}/oauth/callback'],
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    client_name: 'MCP CLI Proxy',
    client_uri: 'https://github.com/modelcontextprotocol/mcp-cli',
    software_id: '2e6dc280-f3c3-4e01-99a7-8181dbd1d23d',
    software_version: '0.15.1',
    scope: '{scope}',
    application_type: 'native',
  },
  document: undefined,
  redirectUri: 'http://localhost:{port}/oauth/callback',
  authorize: AUTHORIZE,
  token: TOKEN,
  refresh: REFRESH,
  headers: { 'user-agent': 'undici' },
  needs: ['The port is derived from the server’s URL, so it is the same for every run.'],
}
