import { AUTHORIZE, REFRESH, resourceMetadata, serverMetadata, TOKEN } from './common-steps.ts'
import type { ClientShape } from './shape.ts'

/** ChatGPT: connectors, which sign in by OAuth alone. */
export const CHATGPT: ClientShape = {
  client: 'ChatGPT',
  version: undefined,
  source: 'reported',
  how: 'From its makers’ pages for developers. The literal name and the id in its URLs are not told; `Ab12Cd34` stands for the latter.',
  discovery: [resourceMetadata(), serverMetadata()],
  scopeFrom: 'metadata',
  // No authentication method is named, which RFC 7591 reads as client_secret_basic; it means a public client.
  registration: {
    client_name: 'ChatGPT',
    redirect_uris: ['https://chatgpt.com/connector/oauth/Ab12Cd34'],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
  },
  document: {
    client_id: 'https://chatgpt.com/oauth/Ab12Cd34/client.json',
    client_name: 'ChatGPT',
    redirect_uris: [
      'https://chatgpt.com/connector/oauth/Ab12Cd34',
      'https://chatgpt.com/connector_platform_oauth_redirect',
    ],
    token_endpoint_auth_method: 'none',
  },
  redirectUri: 'https://chatgpt.com/connector/oauth/Ab12Cd34',
  authorize: AUTHORIZE,
  token: TOKEN,
  refresh: REFRESH,
  headers: {},
  needs: [
    'Registration without `token_endpoint_auth_method` is a public client.',
    'A redirect of its own for every connector, and one for all, which it uses where answers name their issuer.',
    '`none` among the methods of the token endpoint, so that its document is a public client.',
  ],
}
