import { AUTHORIZE, REFRESH, resourceMetadata, serverMetadata, TOKEN } from './common-steps.ts'
import type { ClientShape } from './shape.ts'

const headers = { accept: 'application/json', 'mcp-protocol-version': '2025-11-25' }

/** VS Code; Insiders and builds of others differ in the name. */
export const VSCODE: ClientShape = {
  client: 'VS Code',
  version: undefined,
  source: 'reported',
  how: 'From its source (src/vs/base/common/oauth.ts and loopbackServer.ts). Where it runs elsewhere, the code goes to https://vscode.dev/redirect. Its document is as published.',
  discovery: [resourceMetadata(headers), serverMetadata(headers)],
  scopeFrom: 'challenge',
  registration: {
    client_name: 'Visual Studio Code',
    client_uri: 'https://code.visualstudio.com',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    redirect_uris: [
      'https://insiders.vscode.dev/redirect',
      'https://vscode.dev/redirect',
      'http://127.0.0.1/',
      'http://127.0.0.1:33418/',
    ],
    scope: '{scope}',
    token_endpoint_auth_method: 'none',
    application_type: 'native',
  },
  document: {
    client_id: 'https://vscode.dev/oauth/client-metadata.json',
    client_name: 'Visual Studio Code',
    client_uri: 'https://vscode.dev/product',
    logo_uri: 'https://code.visualstudio.com/assets/branding/code-stable.png',
    redirect_uris: ['http://127.0.0.1:33418/', 'https://vscode.dev/redirect'],
    // The last is not offered here, and no reason to refuse the rest.
    grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
    application_type: 'native',
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
  },
  // The port that it registers if that is free, else any.
  redirectUri: 'http://127.0.0.1:{port}/',
  authorize: AUTHORIZE,
  token: TOKEN,
  refresh: REFRESH,
  headers: {},
  needs: [
    'A document that names a grant that is not offered.',
    'Four redirects in one registration, two of them loopback with a path of `/` only.',
    '`resource` of the metadata equal to the URL that was typed, to the letter after parsing.',
    'It takes a 403 for a challenge too.',
    'Where it finds no metadata, it goes to /authorize, /token and /register of the origin.',
  ],
}
