import type { ClientGuide } from './guide.ts'
import { environmentNote, fileForSecrets, headersMember, json, signIn } from './written-parts.ts'

/** Cursor, by its configuration file. */
export const cursor: ClientGuide = {
  title: 'Cursor',
  write: server => ({
    where: fileForSecrets(server, '.cursor/mcp.json in the project', '~/.cursor/mcp.json for all projects'),
    language: 'json',
    text: json({
      mcpServers: {
        [server.name]: { url: server.url, ...headersMember(server, variable => `\${env:${variable}}`) },
      },
    }),
    ...signIn(
      server,
      `Open Cursor Settings → MCP and choose Connect (or “Needs login”) beside ${server.name}.`,
    ),
    ...environmentNote(server, 'Cursor'),
  }),
}
