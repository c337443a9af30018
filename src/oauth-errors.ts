/**
 * The codes of `errors.ts` that the authorization server answers with. What goes over the wire as `error` is the code
 * without `oauth_` (RFC 6749 section 5.2 and others); `oauth/oauth-error.ts` names the exceptions.
 */
export const OAUTH_ERRORS = {
  oauth_invalid_request: {
    status: 400,
    rpcCode: 400,
    message: 'A parameter of this OAuth request is missing, repeated or not valid.',
  },
  oauth_invalid_client: {
    status: 401,
    rpcCode: 401,
    message:
      'This client is not known here, is disabled, or did not prove who it is. Register it again, or check its id and secret.',
  },
  oauth_invalid_grant: {
    status: 400,
    rpcCode: 400,
    message:
      'This code, refresh token or assertion is unknown, was used before, has expired or was revoked. Connect again.',
  },
  oauth_unauthorized_client: {
    status: 400,
    rpcCode: 400,
    message: 'This client may not use this way of getting a token.',
  },
  oauth_unsupported_grant_type: {
    status: 400,
    rpcCode: 400,
    message: 'This server does not give tokens for this grant_type. Its metadata names those that it takes.',
  },
  oauth_unsupported_response_type: {
    status: 400,
    rpcCode: 400,
    message: 'This server takes response_type=code only.',
  },
  oauth_invalid_scope: {
    status: 400,
    rpcCode: 400,
    message: 'None of the scopes that were asked for can be given. The metadata names those that exist.',
  },
  oauth_invalid_target: {
    status: 400,
    rpcCode: 400,
    message: 'The resource is no MCP server of this gateway. Send the server’s URL, once.',
  },
  oauth_access_denied: {
    status: 403,
    rpcCode: 403,
    message: 'The connection was not approved.',
  },
  oauth_login_required: {
    status: 403,
    rpcCode: 403,
    message: 'The user has to sign in first, and prompt=none does not let them.',
  },
  oauth_consent_required: {
    status: 403,
    rpcCode: 403,
    message: 'The user has to approve first, and prompt=none does not let them.',
  },
  oauth_request_not_supported: {
    status: 400,
    rpcCode: 400,
    message: 'The parameter request is not supported here. Send the parameters themselves.',
  },
  oauth_request_uri_not_supported: {
    status: 400,
    rpcCode: 400,
    message: 'The parameter request_uri is not supported here. Send the parameters themselves.',
  },
  oauth_registration_not_supported: {
    status: 400,
    rpcCode: 400,
    message: 'The parameter registration is not supported here. Register the client before it asks.',
  },
  oauth_invalid_redirect_uri: {
    status: 400,
    rpcCode: 400,
    message:
      'This redirect URI is not allowed here. An administrator can add it to redirects.allow of the scheme oauth.',
  },
  oauth_invalid_client_metadata: {
    status: 400,
    rpcCode: 400,
    message: 'The client’s metadata is missing something, or has something that this server does not take.',
  },
  oauth_flow_ended: {
    status: 400,
    rpcCode: 400,
    message:
      'This page belongs to a sign-in that has ended, was answered already or was begun in another browser. Start again from your client.',
  },
  oauth_sign_in_failed: {
    status: 403,
    rpcCode: 403,
    message: 'You could not be signed in. Try again; if it does not help, tell your administrator.',
  },
} as const
