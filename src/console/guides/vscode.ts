import type { SnippetHeader } from '../snippet-header.ts'
import type { ClientGuide, GuidedServer } from './guide.ts'
import { json, signIn } from './written-parts.ts'

/** VS Code, by its configuration file. */
export const vscode: ClientGuide = {
  title: 'VS Code',
  write: server => ({
    where: '.vscode/mcp.json in the project, or what the command “MCP: Open User Configuration” opens',
    language: 'json',
    text: json(file(server)),
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

function file({ name, url, headers }: GuidedServer): object {
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
