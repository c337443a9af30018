/**
 * What to paste where, so that an AI client finds a server: one snippet per client, each in the client's own
 * format. Pure. Whatever the name, URL or token hold, a snippet can't run or configure anything else: JSON is
 * serialised, TOML strings are escaped, shell words are quoted.
 */
import { antigravity } from './guides/antigravity.ts'
import { chatgpt } from './guides/chatgpt.ts'
import { claudeAi } from './guides/claude-ai.ts'
import { claudeCode } from './guides/claude-code.ts'
import { claudeDesktop } from './guides/claude-desktop.ts'
import { codex } from './guides/codex.ts'
import { curl } from './guides/curl.ts'
import { cursor } from './guides/cursor.ts'
import { geminiCli } from './guides/gemini-cli.ts'
import type { ClientGuide, GuidedServer, Written } from './guides/guide.ts'
import { inspector } from './guides/inspector.ts'
import { opencode } from './guides/opencode.ts'
import { vscode } from './guides/vscode.ts'
import { windsurf } from './guides/windsurf.ts'
import { snippetHeaders } from './snippet-header.ts'

/** The clients that are told of, in the order in which they are shown. */
export const GUIDES = {
  'claude-code': claudeCode,
  'claude-desktop': claudeDesktop,
  'claude-ai': claudeAi,
  cursor,
  vscode,
  windsurf,
  codex,
  'gemini-cli': geminiCli,
  opencode,
  chatgpt,
  antigravity,
  inspector,
  curl,
} as const satisfies Record<string, ClientGuide>

/** A client, as `postern connect --client` names it. */
export type ClientId = keyof typeof GUIDES

/** All of them, in their order. */
export const CLIENTS: readonly ClientId[] = Object.keys(GUIDES).filter(isClient)

/** How the server is signed in to. */
export type SnippetCredential =
  /**
   * The client signs in by itself, in the browser (OAuth). `refused`: clients that are turned away there, and why, as
   * the rest of a sentence.
   */
  | { readonly kind: 'oauth'; readonly refused?: ReadonlyMap<ClientId, string> }
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

/** What people see of signing in, with every client that does so by itself. */
export const IN_THE_BROWSER =
  'The browser shows which app asks, then a page to sign in, then what the app may do: untick what you don’t want, and choose Allow. It then goes back to the app.'

/** One client's snippet. */
export interface ClientSnippet extends Written {
  readonly client: ClientId
  /** The client's name for people. */
  readonly title: string
}

/** A client that can't be connected with a credential of this kind. */
export interface LeftOut {
  readonly client: ClientId
  readonly title: string
  /** Why, and what would do, as the rest of a sentence. */
  readonly why: string
}

/** The snippets of all clients that can be connected so, in the order of {@link CLIENTS}. */
export function clientSnippets(input: SnippetInput): readonly ClientSnippet[] {
  const name = input.name.replace(/[^A-Za-z0-9_-]+/g, '-').replace(/^-+|-+$/g, '') || 'postern'
  const server: GuidedServer = {
    name,
    url: input.url,
    headers: snippetHeaders(name, input.credential),
    signsIn: input.credential.kind === 'oauth',
    bridgeCommand: input.bridgeCommand ?? { command: 'npx', args: ['-y', 'postern', 'bridge', input.url] },
  }
  return CLIENTS.filter(client => whyNot(client, input.credential) === undefined).map(client => {
    const { title, write } = GUIDES[client]
    return { client, title, ...write(server) }
  })
}

/** The others, with what stands in the way. */
export function leftOut(credential: CredentialKind): readonly LeftOut[] {
  return CLIENTS.flatMap(client => {
    const why = whyNot(client, credential)
    return why === undefined ? [] : [{ client, title: GUIDES[client].title, why }]
  })
}

/** True for a name of {@link CLIENTS}. */
export function isClient(name: string): name is ClientId {
  return Object.hasOwn(GUIDES, name)
}

/** As much of a credential as says who can be connected with it. */
type CredentialKind =
  | Extract<SnippetCredential, { kind: 'oauth' }>
  | { readonly kind: Exclude<SnippetCredential['kind'], 'oauth'> }

function whyNot(client: ClientId, credential: CredentialKind): string | undefined {
  const { noHeader, noSignIn }: ClientGuide = GUIDES[client]
  if (credential.kind === 'oauth') return noSignIn ?? credential.refused?.get(client)
  return credential.kind === 'none' ? undefined : noHeader
}
