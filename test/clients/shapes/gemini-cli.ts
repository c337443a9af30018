import { AUTHORIZE, initialize, REFRESH, resourceMetadata, serverMetadata, TOKEN } from './common-steps.ts'
import type { ClientShape } from './shape.ts'

const clientInfo = { name: 'gemini-cli-mcp-client', version: '0.61.0' }

/** Gemini CLI, `/mcp auth NAME`, or a server with `oauth.enabled` in its settings. */
export const GEMINI_CLI: ClientShape = {
  client: 'Gemini CLI',
  version: '0.61.0',
  source: 'observed',
  how: 'Recorded in full by registration, with refresh; it has no metadata document.',
  discovery: [
    initialize('2025-06-18', clientInfo, { roots: { listChanged: true } }),
    // It doesn't read the challenge of the first answer, but asks for it once more.
    { method: 'HEAD', path: '/mcp', headers: { accept: 'application/json' }, expects: [401] },
    resourceMetadata(),
    serverMetadata(),
    serverMetadata(),
  ],
  scopeFrom: 'metadata',
  registration: {
    client_name: 'Gemini CLI MCP Client',
    redirect_uris: ['http://localhost:{port}/oauth/callback'],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
    scope: '{scope}',
  },
  document: undefined,
  redirectUri: 'http://localhost:{port}/oauth/callback',
  authorize: AUTHORIZE,
  token: TOKEN,
  refresh: REFRESH,
  headers: { accept: 'application/json, application/x-www-form-urlencoded' },
  needs: [
    'HEAD at the endpoint without a token: 401 with the challenge. With 405 it reads the root metadata, and ends without a word.',
    'It refreshes twice at the same moment with the same refresh token.',
    'No `application_type`, and a redirect to `localhost` with a port.',
  ],
}
