import { AUTHORIZE, REFRESH, resourceMetadata, serverMetadata, TOKEN } from './common-steps.ts'
import type { ClientShape } from './shape.ts'

/** Its library says so while it looks for the authorization server, whatever it speaks afterwards. */
const headers = {
  accept: '*/*',
  'mcp-protocol-version': '2024-11-05',
  'user-agent': 'codex-mcp-client/0.169.0',
}

/** Codex, `codex mcp add --url` and `codex mcp login`. */
export const CODEX: ClientShape = {
  client: 'Codex',
  version: '0.169.0',
  source: 'observed',
  how: 'Recorded in full with its metadata document and by registration, with refresh. Of the document only the URL was seen; its redirects are reported.',
  discovery: [
    { method: 'GET', path: '/mcp', headers, expects: [401, 405] },
    resourceMetadata(headers),
    serverMetadata(headers),
  ],
  scopeFrom: 'challenge',
  registration: {
    client_name: 'Codex',
    redirect_uris: ['http://127.0.0.1:{port}/callback'],
    grant_types: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_method: 'none',
    response_types: ['code'],
    scope: '{scope}',
    application_type: 'native',
  },
  document: {
    client_id: 'https://chatgpt.com/oauth/codex/client.json',
    client_name: 'Codex',
    redirect_uris: ['http://127.0.0.1/callback', 'http://localhost/callback'],
    token_endpoint_auth_method: 'none',
  },
  redirectUri: 'http://127.0.0.1:{port}/callback',
  authorize: AUTHORIZE,
  token: TOKEN,
  // The scope of the last answer, so an answer without `scope` would leave it asking for more than was granted.
  refresh: { ...REFRESH, scope: '{scope}' },
  headers: { 'user-agent': 'codex-mcp-client/0.169.0' },
  needs: [
    'GET at the endpoint with `mcp-protocol-version: 2024-11-05` and without a token: 401 with the challenge, else it has no scope to ask for.',
    'Token answers name their scope: it is sent back at each refresh.',
    'Earlier versions append `/callback/<id>` to the path.',
  ],
}
