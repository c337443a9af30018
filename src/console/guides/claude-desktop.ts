import { claudeLinks, deepLinks } from './deep-links.ts'
import type { ClientGuide, GuidedServer, Written } from './guide.ts'
import { json } from './written-parts.ts'

/** Claude Desktop: a connector where it signs in, the bridge in its configuration file where it is given a token. */
export const claudeDesktop: ClientGuide = {
  title: 'Claude Desktop',
  redirects: { uris: ['https://claude.ai/api/mcp/auth_callback'], preset: 'claude' },
  write: server => (server.signsIn ? connector(server) : configured(server)),
  remarks: [
    'Connectors are reached from Anthropic’s servers (160.79.104.0/21, IPv4), not from your machine: the URL must be on the internet, with https. For a server that only your network can reach, use the configuration file with a bridge; `npx -y mcp-remote URL` there signs in by the browser.',
    '`url` entries of the configuration file are refused: it takes only programs to start.',
  ],
}

function connector(server: GuidedServer): Written {
  return {
    where: 'Settings → Connectors → Add custom connector',
    language: 'text',
    text: server.url,
    ...deepLinks(server, ...claudeLinks(server)),
    steps: [
      'Give it a name, and paste the URL. Leave the fields for an OAuth client under Advanced settings empty.',
      'Choose Add, then Connect.',
    ],
    note: 'On Team and Enterprise plans an owner adds it under the organization’s connectors first; then everybody connects for themselves.',
  }
}

function configured(server: GuidedServer): Written {
  return {
    where:
      'macOS: ~/Library/Application Support/Claude/claude_desktop_config.json; ' +
      'Windows: %APPDATA%\\Claude\\claude_desktop_config.json',
    language: 'json',
    text: json({ mcpServers: { [server.name]: bridge(server) } }),
    note:
      'Settings → Developer → Edit Config opens the file. It takes only programs to start, so a bridge runs between; it needs Node.js 24 or newer. Restart Claude Desktop afterwards. ' +
      'Easier: a bundle, which brings the bridge along. Whoever runs the gateway gives you the .mcpb file (`postern bundle`, or the gateway’s page at /): open it, choose Install, and fill in its fields, which keep a token secret.',
  }
}

/** No space after the colon: Claude Desktop on Windows takes arguments apart at spaces. */
function bridge({ headers, bridgeCommand: { command, args } }: GuidedServer): object {
  const options = headers
    .filter(header => header.scheme === '')
    .flatMap(header => ['--header', `${header.name}:\${${header.variable}}`])
  const env = Object.fromEntries(headers.map(header => [header.variable, header.value ?? header.placeholder]))
  return { command, args: [...args, ...options], ...(headers.length > 0 && { env }) }
}
