/** The codes of `errors.ts` about a request as HTTP has it: its form, its host and origin, its method and its types. */
export const TRANSPORT_ERRORS = {
  malformed_http: { status: 400, rpcCode: 400, message: 'What was sent is not HTTP that can be read.' },
  request_timeout: { status: 408, rpcCode: 408, message: 'The request was not sent in time.' },
  headers_too_large: { status: 431, rpcCode: 431, message: 'The request’s headers are too large.' },
  origin_not_allowed: {
    status: 403,
    rpcCode: 403,
    message: 'Requests from this web origin are not allowed. An administrator can add it to allowedOrigins.',
  },
  host_not_allowed: {
    status: 403,
    rpcCode: 403,
    message: 'This host name is not served here. An administrator can add it to allowedHosts.',
  },
  method_not_allowed: {
    status: 405,
    rpcCode: 405,
    message: 'The MCP endpoint takes POST only: this server is stateless and has no event stream on GET.',
  },
  legacy_transport: {
    status: 410,
    rpcCode: 410,
    message:
      'The HTTP+SSE transport of MCP 2024-11-05 is not served. Use Streamable HTTP at the server’s URL.',
  },
  not_acceptable: {
    status: 406,
    rpcCode: 406,
    message: 'The client must accept application/json and text/event-stream.',
  },
  payload_too_large: {
    status: 413,
    rpcCode: 413,
    message: 'The request body is larger than this server takes.',
  },
  unsupported_media_type: {
    status: 415,
    rpcCode: 415,
    message: 'The request body must be application/json.',
  },
} as const
