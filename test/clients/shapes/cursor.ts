import { AUTHORIZE, REFRESH, resourceMetadata, serverMetadata, TOKEN } from './common-steps.ts'
import type { ClientShape } from './shape.ts'

/** Cursor: the editor and its command line. */
export const CURSOR: ClientShape = {
  client: 'Cursor',
  version: undefined,
  source: 'reported',
  how: 'From issue trackers of servers that refused it, where the three redirects of its one registration are quoted. Which of them the code goes to depends on the version.',
  discovery: [resourceMetadata(), serverMetadata()],
  scopeFrom: 'metadata',
  registration: {
    client_name: 'Cursor',
    redirect_uris: [
      'cursor://anysphere.cursor-mcp/oauth/callback',
      'https://www.cursor.com/agents/mcp/oauth/callback',
      'http://localhost:8787/callback',
    ],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
  },
  document: undefined,
  redirectUri: 'cursor://anysphere.cursor-mcp/oauth/callback',
  authorize: AUTHORIZE,
  token: TOKEN,
  refresh: REFRESH,
  headers: {},
  needs: ['All three redirects in one registration: if one is refused, nothing connects.'],
}
