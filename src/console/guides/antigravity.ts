import { PRESETS } from '../../config/redirects/presets.ts'
import type { ClientGuide } from './guide.ts'
import { headersMember, json, signIn } from './written-parts.ts'

/** Antigravity, by its configuration file. */
export const antigravity: ClientGuide = {
  title: 'Antigravity',
  redirects: { uris: PRESETS.antigravity, preset: 'antigravity' },
  write: server => ({
    where: 'the agent panel’s menu → MCP Servers → Manage MCP Servers → View raw config (mcp_config.json)',
    language: 'json',
    text: json({
      mcpServers: {
        [server.name]: { serverUrl: server.url, ...placeholders(server.headers.length > 0, server) },
      },
    }),
    ...signIn(server, 'Press Refresh, then Authenticate beside the server.'),
    ...(server.headers.some(({ value }) => value === undefined) && {
      note: 'It reads no variables: write the values into the file, which is your own and not the project’s.',
    }),
  }),
  remarks: ['Versions that say that they know no OAuth need a token.'],
}

function placeholders(hasHeaders: boolean, server: Parameters<ClientGuide['write']>[0]): object {
  if (!hasHeaders) return {}
  const byVariable = new Map(server.headers.map(header => [header.variable, header.placeholder]))
  return headersMember(server, variable => byVariable.get(variable) ?? variable)
}
