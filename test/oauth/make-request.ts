import type { OAuthRequest } from '../../src/oauth/http.ts'

/** A request as the edge hands it on. */
export function makeRequest(more: Partial<OAuthRequest> = {}): OAuthRequest {
  return {
    method: 'GET',
    path: '/',
    query: '',
    headers: {},
    cookies: {},
    body: '',
    from: '192.0.2.1',
    peer: '192.0.2.1',
    requestId: 'r-1',
    signal: new AbortController().signal,
    ...more,
  }
}
