/**
 * What to paste where, so that an AI client finds a server: one snippet per client, each in the client's own
 * format. Pure. Whatever the name, URL or token hold, a snippet can't run or configure anything else: JSON is
 * serialised, TOML strings are escaped, shell words are quoted.
 */

import { shellWord } from './shell-word.ts'
import { isLiteral, type SnippetHeader, shellHeader, snippetHeaders } from './snippet-header.ts'

/** The clients that can be given a header or a bridge. */
export type ClientId = (typeof CLIENTS)[number]

/** All of them, in the order in which they are shown. */
export const CLIENTS = [
  'claude-code',
  'cursor',
  'vscode',
  'codex',
  'windsurf',
  'claude-desktop',
  'gemini-cli',
  'curl',
] as const

/** How the server is signed in to. */
export type SnippetCredential =
  /** One token; in `header` bare, without `header` as `Authorization: Bearer …`. Without `token`: a placeholder. */
  | { readonly kind: 'bearer'; readonly token?: string; readonly header?: string }
  /** Several headers together: name → a placeholder that says what belongs there. */
  | { readonly kind: 'headers'; readonly headers: Readonly<Record<string, string>> }
  | { readonly kind: 'none' }

/** What the snippets are about. */
export interface SnippetInput {
  /** Short name under which the client lists the server. */
  readonly name: string
  /** The MCP endpoint. */
  readonly url: string
  readonly credential: SnippetCredential
  /** Starts the bridge, the URL included; default: `npx -y postern bridge URL`. */
  readonly bridgeCommand?: { readonly command: string; readonly args: readonly string[] }
}

/** One client's snippet. */
export interface ClientSnippet {
  readonly client: ClientId
  /** The client's name for people. */
  readonly title: string
  /** The file or the place to paste into; for several systems or reaches, all of them. */
  readonly where: string
  /** Of `text`, for highlighting. */
  readonly language: 'sh' | 'json' | 'toml'
  readonly text: string
  /** What else there is to do or to know, in one or two sentences. */
  readonly note?: string
}

/** What no snippet can help with. */
export const notes: readonly string[] = [
  'claude.ai (custom connectors, also in Claude Desktop and on the phone) and ChatGPT sign in with OAuth only: ' +
    'they have no place for a token or a header, so this server can’t be added there with such a credential.',
  'A token in a configuration file can be read by whoever reads the file: keep it out of version control.',
]

/** The snippets of all clients, in the order of {@link CLIENTS}. */
export function clientSnippets(input: SnippetInput): readonly ClientSnippet[] {
  const name = input.name.replace(/[^A-Za-z0-9_-]+/g, '-').replace(/^-+|-+$/g, '') || 'postern'
  const server: Server = { name, url: input.url, headers: snippetHeaders(name, input.credential), input }
  return CLIENTS.map(client => ({ client, ...WRITERS[client](server) }))
}

interface Server {
  readonly name: string
  readonly url: string
  readonly headers: readonly SnippetHeader[]
  readonly input: SnippetInput
}

type Writer = (server: Server) => Omit<ClientSnippet, 'client'>

const WRITERS: Readonly<Record<ClientId, Writer>> = {
  'claude-code': server => ({
    title: 'Claude Code',
    where: 'a terminal',
    language: 'sh',
    text: [
      `claude mcp add --transport http ${shellWord(server.name)} ${shellWord(server.url)}`,
      ...server.headers.map(header => `--header ${shellHeader(header)}`),
    ].join(' '),
    note: `For this project only; add \`--scope user\` for all of them.${exportFirst(server)} \`claude mcp list\` checks the connection.`,
  }),
  cursor: server => ({
    title: 'Cursor',
    where: fileForSecrets(server, '.cursor/mcp.json in the project', '~/.cursor/mcp.json for all projects'),
    language: 'json',
    text: json({
      mcpServers: {
        [server.name]: { url: server.url, ...headersMember(server, variable => `\${env:${variable}}`) },
      },
    }),
    ...environmentNote(server, 'Cursor'),
  }),
  vscode: server => ({
    title: 'VS Code',
    where: '.vscode/mcp.json in the project, or what the command “MCP: Open User Configuration” opens',
    language: 'json',
    text: json(vscode(server)),
    ...(server.headers.length > 0 && {
      note: 'VS Code asks for the values once and keeps them in its secret storage.',
    }),
  }),
  codex: server => ({
    title: 'Codex',
    where: '~/.codex/config.toml',
    language: 'toml',
    text: codex(server),
    ...environmentNote(server, 'Codex', true),
  }),
  windsurf: server => ({
    title: 'Windsurf',
    where:
      'macOS, Linux: ~/.codeium/windsurf/mcp_config.json; Windows: %USERPROFILE%\\.codeium\\windsurf\\mcp_config.json',
    language: 'json',
    text: json({
      mcpServers: {
        [server.name]: { serverUrl: server.url, ...headersMember(server, variable => `\${env:${variable}}`) },
      },
    }),
    ...environmentNote(server, 'Windsurf'),
  }),
  'claude-desktop': server => ({
    title: 'Claude Desktop',
    where:
      'macOS: ~/Library/Application Support/Claude/claude_desktop_config.json; ' +
      'Windows: %APPDATA%\\Claude\\claude_desktop_config.json',
    language: 'json',
    text: json({ mcpServers: { [server.name]: bridge(server) } }),
    note: 'This file takes only programs to start, so a bridge runs between; it needs Node.js 24 or newer. Restart Claude Desktop afterwards.',
  }),
  'gemini-cli': server => ({
    title: 'Gemini CLI',
    where: fileForSecrets(
      server,
      '.gemini/settings.json in the project',
      '~/.gemini/settings.json for all projects',
    ),
    language: 'json',
    text: json({
      mcpServers: {
        [server.name]: { httpUrl: server.url, ...headersMember(server, variable => `\${${variable}}`) },
      },
    }),
    ...environmentNote(server, 'Gemini CLI'),
  }),
  curl: server => ({ title: 'curl', where: 'a terminal', language: 'sh', text: curl(server) }),
}

/** The member `headers`: the value itself where it is known and the client takes it as it is, else its variable. */
function headersMember(
  server: Server,
  reference: (variable: string) => string,
): { headers?: Record<string, string> } {
  if (server.headers.length === 0) return {}
  const entries = server.headers.map(header => [
    header.name,
    header.scheme + (isLiteral(header) ? header.value : reference(header.variable)),
  ])
  return { headers: Object.fromEntries(entries) }
}

/** A file that holds the token itself must not be the one that is committed with the project. */
function fileForSecrets(server: Server, project: string, user: string): string {
  return server.headers.some(isLiteral) ? user : `${project}, or ${user}`
}

function vscode({ name, url, headers }: Server): object {
  const id = (header: SnippetHeader) => `${name}-${header.name}`.toLowerCase()
  const inputs = headers.map(header => ({
    type: 'promptString',
    id: id(header),
    description: `${header.name === 'Authorization' ? 'Token' : header.name} for ${name}`,
    password: !/^(?:e-?mail|user|account|tenant)/i.test(header.name),
  }))
  const members = headers.map(header => [header.name, `${header.scheme}\${input:${id(header)}}`])
  return {
    ...(inputs.length > 0 && { inputs }),
    servers: {
      [name]: { type: 'http', url, ...(inputs.length > 0 && { headers: Object.fromEntries(members) }) },
    },
  }
}

function codex({ name, url, headers }: Server): string {
  const lines = [`[mcp_servers.${name}]`, `url = ${toml(url)}`]
  const [first] = headers
  if (first !== undefined && first.scheme !== '') lines.push(`bearer_token_env_var = ${toml(first.variable)}`)
  else if (first !== undefined) {
    const pairs = headers.map(header => `${toml(header.name)} = ${toml(header.variable)}`)
    lines.push(`env_http_headers = { ${pairs.join(', ')} }`)
  }
  return `${lines.join('\n')}\n`
}

/** No space after the colon: Claude Desktop on Windows takes arguments apart at spaces. */
function bridge({ url, headers, input }: Server): object {
  const { command, args } = input.bridgeCommand ?? { command: 'npx', args: ['-y', 'postern', 'bridge', url] }
  const options = headers
    .filter(header => header.scheme === '')
    .flatMap(header => ['--header', `${header.name}:\${${header.variable}}`])
  const env = Object.fromEntries(headers.map(header => [header.variable, header.value ?? header.placeholder]))
  return { command, args: [...args, ...options], ...(headers.length > 0 && { env }) }
}

function curl({ url, headers }: Server): string {
  const body = {
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/list',
    params: {
      _meta: {
        'io.modelcontextprotocol/protocolVersion': '2026-07-28',
        'io.modelcontextprotocol/clientInfo': { name: 'curl', version: '1.0.0' },
        'io.modelcontextprotocol/clientCapabilities': {},
      },
    },
  }
  return [
    `curl -sS ${shellWord(url)}`,
    ...headers.map(header => `  -H ${shellHeader(header)}`),
    '  -H "Content-Type: application/json"',
    '  -H "Accept: application/json, text/event-stream"',
    '  -H "MCP-Protocol-Version: 2026-07-28"',
    '  -H "Mcp-Method: tools/list"',
    `  -d ${shellWord(JSON.stringify(body))}`,
  ].join(' \\\n')
}

/** A TOML basic string: JSON's escapes are TOML's, but for DEL. */
function toml(text: string): string {
  return JSON.stringify(text).replaceAll('\u007f', '\\u007f')
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

function exportFirst(server: Server): string {
  const missing = server.headers.filter(header => header.value === undefined)
  return missing.length === 0 ? '' : ` First set ${list(missing)} in the shell.`
}

function environmentNote(server: Server, client: string, always = false): { note?: string } {
  const read = server.headers.filter(header => always || !isLiteral(header))
  if (read.length === 0) return {}
  const exports = read.flatMap(({ variable, value }) =>
    value === undefined ? [] : [` Set it with: export ${variable}=${shellWord(value)}`],
  )
  return { note: `${client} reads ${list(read)} from the environment it is started in.${exports.join('')}` }
}

function list(headers: readonly SnippetHeader[]): string {
  return headers.map(header => header.variable).join(' and ')
}
