import { PRESETS } from '../../config/redirects/presets.ts'
import type { SnippetHeader } from '../snippet-header.ts'
import { deepLinks, vscodeLinks } from './deep-links.ts'
import type { ClientGuide, GuidedServer } from './guide.ts'
import { json, signIn } from './written-parts.ts'

/** VS Code, by its configuration file or a link that adds to it. */
export const vscode: ClientGuide = {
  title: 'VS Code',
  redirects: { uris: PRESETS.vscode, preset: 'vscode' },
  write: server => ({
    where: '.vscode/mcp.json in the project, or what the command “MCP: Open User Configuration” opens',
    language: 'json',
    text: json(file(server)),
    ...deepLinks(server, ...vscodeLinks(linked(server))),
    ...signIn(
      server,
      'Choose Start above the server’s entry, or the command “MCP: List Servers”.',
      'VS Code says that the server wants to authenticate: choose Allow.',
    ),
    ...(server.headers.length > 0 && {
      note: 'VS Code asks for the values once and keeps them in its secret storage.',
    }),
  }),
  remarks: [
    'To sign in as somebody else, or after the connection was ended: the account’s menu → Manage Trusted MCP Servers, or the command “Authentication: Remove Dynamic Authentication Providers”.',
  ],
}

function file(server: GuidedServer): object {
  const inputs = inputsOf(server)
  return { ...(inputs.length > 0 && { inputs }), servers: { [server.name]: entry(server) } }
}

/** The same as one object, as links have it. */
function linked(server: GuidedServer): object {
  const inputs = inputsOf(server)
  return { name: server.name, ...entry(server), ...(inputs.length > 0 && { inputs }) }
}

function entry(server: GuidedServer): object {
  const { url, headers } = server
  const members = headers.map(header => [header.name, `${header.scheme}\${input:${inputId(server, header)}}`])
  return { type: 'http', url, ...(headers.length > 0 && { headers: Object.fromEntries(members) }) }
}

function inputsOf(server: GuidedServer): readonly object[] {
  return server.headers.map(header => ({
    type: 'promptString',
    id: inputId(server, header),
    description: `${header.name === 'Authorization' ? 'Token' : header.name} for ${server.name}`,
    password: !/^(?:e-?mail|user|account|tenant)/i.test(header.name),
  }))
}

function inputId({ name }: GuidedServer, header: SnippetHeader): string {
  return `${name}-${header.name}`.toLowerCase()
}
