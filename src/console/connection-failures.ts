import type { ClientId, SnippetCredential } from './client-snippets.ts'

/** Something that goes wrong when a client is connected, for the person before it. */
export interface ConnectionFailure {
  /** What they see. */
  readonly seen: string
  /** What it means and what to do. */
  readonly mend: string
  /** Only with this way in; undefined: with any. */
  readonly only?: 'oauth' | 'header'
  /** Only with these clients; undefined: with any. */
  readonly clients?: readonly ClientId[]
}

/** Those that reach a server from their makers’ machines. */
const HOSTED: readonly ClientId[] = ['claude-ai', 'claude-desktop', 'chatgpt']
/** Those that reach it from one’s own, and bring their own list of authorities. */
const LOCAL: readonly ClientId[] = [
  'claude-code',
  'claude-desktop',
  'cursor',
  'vscode',
  'windsurf',
  'gemini-cli',
]

/** The usual ones, the most frequent first. Markdown of one line; also read as it is. */
export const CONNECTION_FAILURES: readonly ConnectionFailure[] = [
  {
    seen: 'Needs authentication, or 401 on every request, with a token',
    mend: 'The token is not sent, or it is mistyped, expired or revoked. Editors read variables from the environment that they were started in: set the variable, then start the editor anew. Of a token that Postern made, `postern token list` says whether it is still good, and `POSTERN_TOKEN=… postern call` tries it without the client; of the product’s own credential the product’s settings do.',
    only: 'header',
  },
  {
    seen: 'Needs authentication, and no browser opens',
    mend: 'The client has a token or header for this server, so it doesn’t sign in: remove the server there and add it with the URL alone. If it has none, start its sign-in by hand (above).',
    only: 'oauth',
  },
  {
    seen: 'The page says that this address is not allowed for the app, or the app that it can’t register',
    mend: 'The redirect of this app is not among those that are let in: an administrator adds what the page names to `auth[].redirects` (`presets` or `allow`).',
    only: 'oauth',
  },
  {
    seen: 'The page says that it has expired, or was answered already',
    mend: 'Sign-in pages live for ten minutes and are answered once. Go back to the app and connect again.',
    only: 'oauth',
  },
  {
    seen: 'The page refuses what you sign in with',
    mend: 'It is the product’s own credential that is asked for, as its page names it, and it has to be valid there. After several wrong ones there is a pause, and the page says how long.',
    only: 'oauth',
  },
  {
    seen: 'You have signed in, and there is nothing to tick, or too little',
    mend: 'What you can’t do in the product, no app can do in your name. Ask for the role there; then connect again.',
    only: 'oauth',
  },
  {
    seen: 'Tools worked, then everything is 401',
    mend: 'The connection was ended: by you under `/connections`, by an administrator, because the credential that you signed in with was revoked, or because nobody used it for as long as `refreshToken` says (30 days). Connect again; nothing else is lost.',
    only: 'oauth',
  },
  {
    seen: 'A tool is missing, or answers insufficient_scope or access_denied',
    mend: 'What was granted doesn’t allow it, and the answer names the scope that would. With a token, mint one with that scope; otherwise connect again and leave it ticked. Where the answer says access_denied, or the tool just isn’t there, your role in the product decides, or a feature that is switched on for you or your organization: ask whoever administers it.',
  },
  {
    seen: 'The client can’t find the server, 404 or “not an MCP server”',
    mend: 'The URL ends in the server’s path, usually `/mcp`, without anything after it. Paste the URL above as it is.',
  },
  {
    seen: 'The server can’t be reached from claude.ai, Claude Desktop’s connectors or ChatGPT',
    mend: 'They connect from their makers’ servers: the URL has to be on the internet, with https and a certificate of a public authority, and no firewall before it.',
    clients: HOSTED,
  },
  {
    seen: '403 with host_not_allowed or origin_not_allowed',
    mend: 'Clients reach the gateway under another name than it knows: set `publicUrl` to what they type, or add the name to `allowedHosts`; pages of other sites to `allowedOrigins`.',
  },
  {
    seen: '405, or something about SSE or an event stream',
    mend: 'The client uses the old transport of 2024. Choose HTTP, also called Streamable HTTP, in its settings (`--transport http`), not SSE.',
  },
  {
    seen: 'A certificate error in an editor, and none in the browser',
    mend: 'Editors and command lines don’t read the system’s certificates: start them with NODE_EXTRA_CA_CERTS set to the file of your own authority.',
    clients: LOCAL,
  },
  {
    seen: '429, too_many_attempts or rate_limited',
    mend: 'Too many wrong credentials, registrations or calls came from there. The answer says when to try again.',
  },
]

/**
 * Those that can happen with these ways in, in their order.
 *
 * @param client - undefined: to any
 */
export function failuresOf(
  client: ClientId | undefined,
  kinds: readonly SnippetCredential['kind'][],
): readonly ConnectionFailure[] {
  const ways = new Set(kinds.map(kind => (kind === 'bearer' || kind === 'headers' ? 'header' : kind)))
  return CONNECTION_FAILURES.filter(
    ({ only, clients }) =>
      (only === undefined || ways.has(only)) && (client === undefined || (clients?.includes(client) ?? true)),
  )
}
