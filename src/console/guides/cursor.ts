import { PRESETS } from '../../config/redirects/presets.ts'
import { cursorLink, deepLinks } from './deep-links.ts'
import type { ClientGuide, GuidedServer } from './guide.ts'
import { environmentNote, fileForSecrets, headersMember, json, signIn } from './written-parts.ts'

/** Cursor, by its configuration file or a link that adds to it. */
export const cursor: ClientGuide = {
  title: 'Cursor',
  redirects: { uris: PRESETS.cursor, preset: 'cursor' },
  write: server => ({
    where: fileForSecrets(server, '.cursor/mcp.json in the project', '~/.cursor/mcp.json for all projects'),
    language: 'json',
    text: json({ mcpServers: { [server.name]: entry(server) } }),
    ...deepLinks(server, cursorLink(server.name, entry(server))),
    ...signIn(
      server,
      `Open Cursor Settings → MCP and choose Connect (or “Needs login”) beside ${server.name}.`,
    ),
    ...environmentNote(server, 'Cursor'),
  }),
}

function entry(server: GuidedServer): object {
  return { url: server.url, ...headersMember(server, variable => `\${env:${variable}}`) }
}
