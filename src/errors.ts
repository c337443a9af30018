/**
 * Every error that leaves Postern: one code, one HTTP status, one JSON-RPC code, one public message.
 *
 * The public message says what happened and what to do. The private `detail` goes to the log only and may
 * name internals; it never reaches a client. Codes are never reused for another meaning.
 *
 * JSON-RPC codes follow MCP 2026-07-28 basic/index "Error Codes": the standard ones, the three that the
 * specification defines (−32020…−32022), and, for everything of our own, the HTTP status itself, which lies
 * outside the reserved range.
 */

import { OAUTH_ERRORS } from './oauth-errors.ts'
import { TRANSPORT_ERRORS } from './transport-errors.ts'

/** What a code means on the wire. */
export interface ErrorDefinition {
  /** HTTP status of the response. */
  readonly status: number
  /** JSON-RPC error code of the response body. */
  readonly rpcCode: number
  /** What happened and what to do, in words for the person or model that reads it. */
  readonly message: string
}

/** All error codes. `docs/errors.md` lists the same codes; a test keeps them equal. */
export const ERRORS = {
  parse_error: {
    status: 400,
    rpcCode: -32700,
    message: 'The request body is not valid JSON. Send one JSON-RPC message as UTF-8 JSON.',
  },
  invalid_request: {
    status: 400,
    rpcCode: -32600,
    message: 'The request body is not a valid JSON-RPC 2.0 message.',
  },
  invalid_params: { status: 400, rpcCode: -32602, message: 'The parameters of this method are not valid.' },
  unknown_tool: {
    status: 200,
    rpcCode: -32602,
    message: 'There is no tool of this name on this server. Ask tools/list for the names.',
  },
  unknown_resource: {
    status: 200,
    rpcCode: -32602,
    message:
      'There is no resource of this URI on this server. Ask resources/list and resources/templates/list.',
  },
  unreadable_resource: {
    status: 200,
    rpcCode: -32603,
    message: 'The resource can’t be read right now.',
  },
  unknown_prompt: {
    status: 200,
    rpcCode: -32602,
    message: 'There is no prompt of this name on this server. Ask prompts/list for the names.',
  },
  method_not_found: { status: 404, rpcCode: -32601, message: 'This server does not offer this method.' },
  header_mismatch: {
    status: 400,
    rpcCode: -32020,
    message: 'A required MCP header is missing or does not match the request body.',
  },
  missing_client_capability: {
    status: 400,
    rpcCode: -32021,
    message:
      'The user has to be asked before this call, and this client did not say that it can ask (elicitation, form mode). Use a client that can, or do it in the product itself.',
  },
  invalid_request_state: {
    status: 400,
    rpcCode: -32602,
    message:
      'This requestState is not one for this call: it was changed, or came with other arguments or for somebody else. Call the tool again without it.',
  },
  unsupported_protocol_version: { status: 400, rpcCode: -32022, message: 'Unsupported protocol version.' },
  missing_token: {
    status: 401,
    rpcCode: 401,
    message:
      'This server needs a credential. Configure the client with the header that the server’s administrator named.',
  },
  invalid_token: {
    status: 401,
    rpcCode: 401,
    message: 'The credential is unknown, expired or revoked. Ask for a new one.',
  },
  invalid_signature: {
    status: 401,
    rpcCode: 401,
    message:
      'The signature of this request is not valid, too old, or of a secret that is not known here. Check webhook-id, webhook-timestamp, webhook-signature and the clock.',
  },
  ambiguous_credentials: {
    status: 400,
    rpcCode: 400,
    message: 'The request carries more than one credential, or one credential twice. Send exactly one.',
  },
  insufficient_scope: { status: 403, rpcCode: 403, message: 'The credential does not allow this tool.' },
  access_denied: {
    status: 403,
    rpcCode: 403,
    message: 'This caller may not use this tool, whatever the scopes of the credential.',
  },
  not_found: {
    status: 404,
    rpcCode: 404,
    message:
      'There is nothing at this address. Clients need the whole URL of the MCP endpoint with its path, by default /mcp; the administrator knows it.',
  },
  unknown_session: {
    status: 404,
    rpcCode: 404,
    message: 'This Mcp-Session-Id is not known here, or is somebody else’s. Connect anew (initialize).',
  },
  unknown_operation: {
    status: 404,
    rpcCode: 404,
    message: 'This method and path are no operation that this gateway serves.',
  },
  conflict: {
    status: 409,
    rpcCode: 409,
    message: 'What was asked for can’t be done to this in its present state.',
  },
  rate_limited: {
    status: 429,
    rpcCode: 429,
    message: 'Too many calls in this time. Wait as long as Retry-After says, then call again.',
  },
  budget_exceeded: {
    status: 429,
    rpcCode: 429,
    message: 'The budget for calls is used up. It comes back with time; Retry-After says when.',
  },
  too_many_attempts: {
    status: 429,
    rpcCode: 429,
    message:
      'Too many wrong credentials came from this address or for this user. Check yours, wait as long as Retry-After says, then try again.',
  },
  too_many_streams: {
    status: 429,
    rpcCode: 429,
    message: 'Too many event streams are open. Close some, or ask again for tools/list instead.',
  },
  declined: {
    status: 403,
    rpcCode: 403,
    message:
      'The user was asked and said no, so nothing was done. Don’t call this again unless they ask for it.',
  },
  too_many_questions: {
    status: 429,
    rpcCode: 429,
    message:
      'Too many calls are waiting for an answer of their users, so this one was not made. Answer some, then try again.',
  },
  user_not_asked: {
    status: 403,
    rpcCode: 403,
    message:
      'The user has to be asked before this call, and this client can’t ask (MCP elicitation), so nothing was done. Tell the user to use a client that can, or to do it in the product itself.',
  },
  invalid_arguments: { status: 200, rpcCode: -32602, message: 'Some arguments are not valid.' },
  no_upstream_credential: {
    status: 200,
    rpcCode: 502,
    message:
      'The gateway has no credential of its own for this API and may not forward the caller’s. An administrator has to configure one.',
  },
  exchange_refused: {
    status: 200,
    rpcCode: 401,
    message:
      'The identity provider refused to exchange your credential for one that this API takes. Sign in again and ask for a new credential.',
  },
  upstream_credential_unavailable: {
    status: 200,
    rpcCode: 503,
    message:
      'The credential for this API can’t be had right now, so the API was not called. Try again shortly; if that does not help, tell an administrator of the gateway.',
  },
  sealed_credential_unreadable: {
    status: 200,
    rpcCode: 502,
    message:
      'The credential that was kept for you for this API can’t be read, so the API was not called. An administrator of the gateway has to set it anew.',
  },
  upstream_unreachable: {
    status: 200,
    rpcCode: 502,
    message: 'The API could not be reached. Nothing is known to have changed; try again later.',
  },
  upstream_timeout: {
    status: 200,
    rpcCode: 504,
    message:
      'The API did not answer in time. The call may or may not have taken effect; check before repeating it.',
  },
  upstream_too_large: {
    status: 200,
    rpcCode: 502,
    message:
      'The API’s answer is larger than this gateway takes. Ask for less, for example with a smaller page.',
  },
  upstream_redirect: {
    status: 200,
    rpcCode: 502,
    message: 'The API answered with a redirect that this gateway does not follow.',
  },
  upstream_unavailable: {
    status: 503,
    rpcCode: 503,
    message: 'The API that verifies this credential can’t be asked right now. Try again shortly.',
  },
  store_unavailable: {
    status: 503,
    rpcCode: 503,
    message: 'The credential can’t be checked right now. Try again shortly.',
  },
  audit_unavailable: {
    status: 503,
    rpcCode: 503,
    message: 'Calls can’t be put on record right now, so none is made. Try again shortly.',
  },
  shutting_down: {
    status: 503,
    rpcCode: 503,
    message: 'This instance is shutting down. Try again; another instance will answer.',
  },
  cancelled: { status: 499, rpcCode: 499, message: 'The client went away before the call ended.' },
  internal_error: {
    status: 500,
    rpcCode: -32603,
    message: 'Something went wrong inside the gateway. The log names the request.',
  },
  ...TRANSPORT_ERRORS,
  ...OAUTH_ERRORS,
  configuration_invalid: { status: 500, rpcCode: -32603, message: 'The configuration has mistakes.' },
  document_invalid: { status: 500, rpcCode: -32603, message: 'The OpenAPI document can’t be read.' },
} as const satisfies Record<string, ErrorDefinition>

/** The name of an error, as clients, logs and `docs/errors.md` spell it. */
export type ErrorCode = keyof typeof ERRORS

/** What a thrower may add to a code. */
export interface ErrorDetails {
  /** Replaces the definition's public message; must be safe to show to the caller. */
  readonly message?: string
  /** Private reason, for the log only. */
  readonly detail?: string
  /** Replaces the definition's JSON-RPC code, where an older revision of MCP has another one for it. */
  readonly rpcCode?: number
  /** Extra public members of the JSON-RPC `error.data`, next to `code`. */
  readonly data?: Readonly<Record<string, unknown>>
  /** HTTP response headers, for example WWW-Authenticate or Retry-After. */
  readonly headers?: Readonly<Record<string, string>>
  /** The error that caused this one; logged, never sent. */
  readonly cause?: unknown
}

/** The only error that Postern throws on purpose. Anything else that is thrown becomes `internal_error`. */
export class PosternError extends Error {
  readonly code: ErrorCode
  readonly status: number
  readonly rpcCode: number
  readonly detail: string | undefined
  readonly data: Readonly<Record<string, unknown>> | undefined
  readonly headers: Readonly<Record<string, string>> | undefined

  constructor(code: ErrorCode, details: ErrorDetails = {}) {
    const definition = ERRORS[code]
    super(
      details.message ?? definition.message,
      details.cause === undefined ? undefined : { cause: details.cause },
    )
    this.name = 'PosternError'
    this.code = code
    this.status = definition.status
    this.rpcCode = details.rpcCode ?? definition.rpcCode
    this.detail = details.detail
    this.data = details.data
    this.headers = details.headers
  }
}
