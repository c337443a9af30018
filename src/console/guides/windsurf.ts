import type { ClientGuide } from './guide.ts'
import { environmentNote, headersMember, json, signIn } from './written-parts.ts'

/** Windsurf, by its configuration file. */
export const windsurf: ClientGuide = {
  title: 'Windsurf',
  redirects: 'loopback',
  write: server => ({
    where:
      'macOS, Linux: ~/.codeium/windsurf/mcp_config.json; Windows: %USERPROFILE%\\.codeium\\windsurf\\mcp_config.json',
    language: 'json',
    text: json({
      mcpServers: {
        [server.name]: { serverUrl: server.url, ...headersMember(server, variable => `\${env:${variable}}`) },
      },
    }),
    ...signIn(server, 'Press Refresh in the MCP panel of Cascade, then sign in where it asks for it.'),
    ...environmentNote(server, 'Windsurf'),
  }),
  remarks: [
    'It takes at most 100 tools of all servers together: `expose: search` offers five for any number.',
  ],
}
