/** Why a message got no answer, as JSON-RPC has it: `code` is the HTTP status, or the one a proxy would give. */
export interface Failure {
  readonly code: number
  readonly message: string
}

/**
 * An HTTP answer that is no JSON-RPC message, in words that say what to do.
 *
 * @param advice - what to do about a credential that the server doesn't know; default: for the command line
 */
export function explainStatus(
  status: number,
  url: URL,
  location: string | null,
  advice = ON_THE_COMMAND_LINE,
): Failure {
  const explain = STATUS_WORDS[status]
  if (explain !== undefined) return { code: status, message: explain(url, advice) }
  if (status >= 300 && status < 400) return { code: status, message: redirected(url, location) }
  if (status >= 500) {
    return {
      code: status,
      message: `${url.host} failed (HTTP ${status}). Try again; if it stays so, tell its operator.`,
    }
  }
  return {
    code: status,
    message: `${url.href} answered HTTP ${status} instead of an MCP message. Check that the URL is an MCP endpoint.`,
  }
}

/** An exception of `fetch` or of reading its body. Names the cause, never a header's value. */
export function explainException(error: unknown, url: URL): Failure {
  const codes = causes(error)
  for (const [pattern, explain] of CAUSES) {
    const code = codes.find(candidate => pattern.test(candidate))
    if (code !== undefined) return explain(url, code)
  }
  const detail = codes[0] === undefined ? '' : ` (${codes[0]})`
  return {
    code: 502,
    message: `The connection to ${url.host} failed${detail}. Check the URL and the network.`,
  }
}

const ON_THE_COMMAND_LINE =
  'Set POSTERN_TOKEN in the environment of this process, or pass --header with the header that the server expects.'

const STATUS_WORDS: Readonly<Record<number, (url: URL, advice: string) => string>> = {
  401: (url, advice) =>
    `${url.host} does not know this credential: it is missing, wrong, expired or revoked. ${advice}`,
  403: url =>
    `${url.host} refuses this: the credential is not allowed to do it, or the server does not take this client.`,
  404: url => `There is no MCP endpoint at ${url.href}. Check the path; it often is /mcp.`,
  405: url => `${url.href} takes no POST, so it is no MCP endpoint. Check the path; it often is /mcp.`,
  407: () => 'A proxy on the way wants its own credential. Check the proxy settings of this machine.',
  413: () => 'The message is larger than the server takes. Send less at once.',
  429: url => `${url.host} is asked too often. Wait a little and try again.`,
}

type Explain = (url: URL, code: string) => Failure

const unreachable =
  (text: (url: URL, code: string) => string): Explain =>
  (url, code) => ({
    code: 502,
    message: text(url, code),
  })

const CAUSES: readonly (readonly [RegExp, Explain])[] = [
  [
    /^ECONNREFUSED$/,
    unreachable(url => `Nothing listens at ${url.host}. Is the server running, and is the port right?`),
  ],
  [
    /^(ENOTFOUND|EAI_AGAIN)$/,
    unreachable(url => `The name ${url.hostname} can’t be resolved. Check the URL and the network.`),
  ],
  [
    /^(EHOSTUNREACH|ENETUNREACH|ENETDOWN)$/,
    unreachable(url => `There is no way to ${url.host} from here. Check the network or VPN.`),
  ],
  [
    /TIMEOUT|ETIMEDOUT/,
    url => ({
      code: 504,
      message: `${url.host} did not answer in time. It may or may not have done what was asked.`,
    }),
  ],
  [
    /^CERT_HAS_EXPIRED$/,
    unreachable(url => `The TLS certificate of ${url.host} has expired. Tell its operator.`),
  ],
  [
    /SELF_SIGNED|UNABLE_TO_(VERIFY|GET)|CERT_UNTRUSTED/,
    unreachable(
      (url, code) =>
        `The TLS certificate of ${url.host} is not trusted here (${code}). If your organisation has its own ` +
        'authority, name its certificate file in NODE_EXTRA_CA_CERTS.',
    ),
  ],
  [
    /ALTNAME/,
    unreachable(url => `The TLS certificate is for another name than ${url.hostname}. Check the URL.`),
  ],
  [
    /^(EPROTO$|ERR_SSL|ERR_TLS|CERT_)/,
    unreachable(
      (url, code) => `No TLS connection to ${url.host} (${code}). Is it https at all, and is the port right?`,
    ),
  ],
  [
    /^(ECONNRESET|EPIPE|UND_ERR_SOCKET|UND_ERR_ABORTED)$/,
    unreachable(url => `${url.host} broke off the connection. It may or may not have done what was asked.`),
  ],
]

function redirected(url: URL, location: string | null): string {
  const target = location !== null && URL.canParse(location, url.href) ? new URL(location, url) : undefined
  const where = target === undefined ? 'elsewhere' : `to ${target.origin}${target.pathname}`
  return `${url.host} redirects ${where}. Credentials are not carried there by themselves; if you trust it, use that URL.`
}

/** `code`s along the chain of causes; undici wraps what happened in a TypeError "fetch failed". */
function causes(error: unknown): string[] {
  const codes: string[] = []
  const queue: unknown[] = [error]
  for (let step = 0; step < 10 && queue.length > 0; step++) {
    const current = queue.shift()
    if (!(current instanceof Error)) continue
    if ('code' in current && typeof current.code === 'string') codes.push(current.code)
    if (current.name === 'TimeoutError') codes.push('ETIMEDOUT')
    queue.push(current.cause, ...(current instanceof AggregateError ? current.errors : []))
  }
  return codes
}
