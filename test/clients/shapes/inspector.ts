import { AUTHORIZE, initialize, REFRESH, resourceMetadata, serverMetadata, TOKEN } from './common-steps.ts'
import type { ClientShape } from './shape.ts'

const clientInfo = { name: 'inspector-cli', version: '2.12.0' }
const capabilities = {
  roots: { listChanged: true },
  extensions: { 'io.modelcontextprotocol/tasks': {}, 'io.modelcontextprotocol/skills': {} },
}

/** The Inspector's command line; its web page asks the same from a browser, with an Origin. */
export const INSPECTOR: ClientShape = {
  client: 'MCP Inspector',
  version: '2.12.0',
  source: 'observed',
  how: 'Recorded in full by registration from the command line. Its refresh is its library’s.',
  discovery: [
    initialize('2025-11-25', clientInfo, capabilities),
    resourceMetadata({ 'mcp-protocol-version': '2025-11-25' }),
    serverMetadata({ accept: 'application/json', 'mcp-protocol-version': '2025-11-25' }),
  ],
  scopeFrom: 'metadata',
  registration: {
    redirect_uris: ['http://127.0.0.1:{port}/oauth/callback'],
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    client_name: 'MCP Inspector',
    client_uri: 'https://github.com/modelcontextprotocol/inspector',
    scope: '{scope}',
    application_type: 'native',
  },
  document: undefined,
  redirectUri: 'http://127.0.0.1:{port}/oauth/callback',
  authorize: AUTHORIZE,
  token: TOKEN,
  refresh: REFRESH,
  headers: { accept: 'application/json' },
  needs: ['From a browser: CORS on both metadata documents, registration, tokens and the 401 itself.'],
}
