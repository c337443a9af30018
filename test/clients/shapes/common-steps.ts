import type { Probe } from './shape.ts'

/** The metadata of the resource, where the challenge says it is. */
export function resourceMetadata(headers: Readonly<Record<string, string>> = {}): Probe {
  return { method: 'GET', path: '/.well-known/oauth-protected-resource/mcp', headers, expects: [200] }
}

/** The metadata of the authorization server (RFC 8414). */
export function serverMetadata(headers: Readonly<Record<string, string>> = {}): Probe {
  return { method: 'GET', path: '/.well-known/oauth-authorization-server', headers, expects: [200] }
}

/** The first message of a client that does not know yet that it needs a token. */
export function initialize(
  protocolVersion: string,
  clientInfo: object,
  capabilities: object,
  headers: Readonly<Record<string, string>> = {},
): Probe {
  return {
    method: 'POST',
    path: '/mcp',
    headers: {
      accept: 'application/json, text/event-stream',
      'content-type': 'application/json',
      ...headers,
    },
    body: {
      jsonrpc: '2.0',
      id: 0,
      method: 'initialize',
      params: { protocolVersion, capabilities, clientInfo },
    },
    expects: [401],
  }
}

/** The parameters that every one of them sends; each has its own order. */
export const AUTHORIZE: Readonly<Record<string, string>> = {
  response_type: 'code',
  client_id: '{client_id}',
  code_challenge: '{challenge}',
  code_challenge_method: 'S256',
  redirect_uri: '{redirect_uri}',
  state: '{state}',
  scope: '{scope}',
  resource: '{resource}',
}

/** The form that every one of them redeems its code with. */
export const TOKEN: Readonly<Record<string, string>> = {
  grant_type: 'authorization_code',
  code: '{code}',
  code_verifier: '{verifier}',
  redirect_uri: '{redirect_uri}',
  resource: '{resource}',
  client_id: '{client_id}',
}

/** The form that most of them refresh with. */
export const REFRESH: Readonly<Record<string, string>> = {
  grant_type: 'refresh_token',
  refresh_token: '{refresh_token}',
  resource: '{resource}',
  client_id: '{client_id}',
}
