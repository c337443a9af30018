import { shellWord } from '../shell-word.ts'
import { shellHeader } from '../snippet-header.ts'
import type { ClientGuide, GuidedServer } from './guide.ts'
import { listed, signIn } from './written-parts.ts'

/** Claude Code, by its own command. */
export const claudeCode: ClientGuide = {
  title: 'Claude Code',
  redirects: { uris: ['http://localhost/callback'], preset: 'claude' },
  write: server => ({
    where: 'a terminal',
    language: 'sh',
    text: [
      `claude mcp add --transport http ${shellWord(server.name)} ${shellWord(server.url)}`,
      ...server.headers.map(header => `--header ${shellHeader(header)}`),
    ].join(' '),
    ...signIn(
      server,
      `Run \`claude mcp login ${server.name}\`, or choose the server under \`/mcp\` in a session, then Authenticate.`,
    ),
    note: `For this project only; add \`--scope user\` for all of them.${exportFirst(server)}${orAsJson(server)} \`claude mcp list\` checks the connection.`,
  }),
  remarks: [
    'A server that is added with a header never signs in by the browser: `claude mcp remove` it and add it without.',
  ],
}

function exportFirst(server: GuidedServer): string {
  const missing = server.headers.filter(header => header.value === undefined)
  return missing.length === 0 ? '' : ` First set ${listed(missing)} in the shell.`
}

/** The same for a file that a project is shared with; a credential has no business there. */
function orAsJson({ name, url, headers }: GuidedServer): string {
  if (headers.length > 0) return ''
  const file = JSON.stringify({ mcpServers: { [name]: { type: 'http', url } } })
  return ` Or, for all who work on the project, in its .mcp.json: \`${file}\`.`
}
