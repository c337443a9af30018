import type { OAuthClient } from '../client.ts'
import type { OAuthRequest } from '../http.ts'
import type { Parameters } from '../read-parameters.ts'

/** The clients that are known, wherever they are known from. */
export interface Clients {
  /**
   * The client of this id: configured, registered, a machine, or named by the URL of its metadata, which may be fetched
   * for it.
   *
   * @param from - the address that asks, by which fetches are limited
   * @throws PosternError `oauth_invalid_client` where there is none or it is disabled; `oauth_invalid_client_metadata`,
   *   `oauth_invalid_redirect_uri` where its document can't be used; `rate_limited` where too many were fetched;
   *   `upstream_unavailable`, `store_unavailable`, `cancelled`
   */
  find(id: string, from: string | undefined, signal: AbortSignal): Promise<OAuthClient>
  /**
   * The client that makes a request to the token endpoint or another that clients call, and has proved it as it is
   * registered to: nothing, `client_secret_basic` or `_post`, `private_key_jwt` (RFC 7523). Never two proofs.
   *
   * @throws PosternError `oauth_invalid_client`, with `WWW-Authenticate: Basic` where that was tried;
   *   `oauth_invalid_request`, `too_many_attempts`, `store_unavailable`
   */
  authenticate(request: OAuthRequest, form: Parameters): Promise<OAuthClient>
  /**
   * Registers a client (RFC 7591) and returns what is answered with 201.
   *
   * @throws PosternError `oauth_invalid_client_metadata`, `oauth_invalid_redirect_uri`, `rate_limited`,
   *   `store_unavailable`
   */
  register(metadata: unknown, request: OAuthRequest): Promise<Readonly<Record<string, unknown>>>
  /** Told when somebody approved a client, so that it isn't deleted as unused. */
  noteUsed(client: OAuthClient): Promise<void>
}
