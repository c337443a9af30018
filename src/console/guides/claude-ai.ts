import { claudeLinks, deepLinks } from './deep-links.ts'
import type { ClientGuide } from './guide.ts'

/** claude.ai in the browser and on the phone: custom connectors. */
export const claudeAi: ClientGuide = {
  title: 'claude.ai',
  noHeader: 'its connectors sign in with OAuth only, and have no place for a token or a header pair',
  redirects: { uris: ['https://claude.ai/api/mcp/auth_callback'], preset: 'claude' },
  write: server => ({
    where: 'https://claude.ai: Settings → Connectors → Add custom connector',
    language: 'text',
    text: server.url,
    ...deepLinks(server, ...claudeLinks(server)),
    steps: [
      'Give it a name, and paste the URL. Leave the fields for an OAuth client under Advanced settings empty.',
      'Choose Add, then Connect.',
    ],
    note: 'On Team and Enterprise plans an owner adds it under the organization’s connectors first; then everybody connects for themselves. What is connected there is also on the phone.',
  }),
  remarks: [
    'It connects from Anthropic’s servers (160.79.104.0/21, IPv4), not from your machine: the URL must be on the internet, with https.',
    'The path must be `/mcp`: with others, tokens have been issued and then not used.',
  ],
}
