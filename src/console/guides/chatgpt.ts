import type { ClientGuide } from './guide.ts'

/** ChatGPT: apps of one’s own, formerly connectors. */
export const chatgpt: ClientGuide = {
  title: 'ChatGPT',
  noHeader: 'it signs in with OAuth only, and has no place for a token or a header pair',
  redirects: { uris: ['https://chatgpt.com/connector/oauth/<id>'], preset: 'chatgpt' },
  write: server => ({
    where: 'https://chatgpt.com: Settings → Apps (or Connectors) → Create',
    language: 'text',
    text: server.url,
    steps: [
      'Before that, turn on Settings → Apps (or Connectors) → Advanced → Developer mode; in a workspace an administrator allows it.',
      'Give it a name, paste the URL as the MCP server’s, choose OAuth as authentication, and leave the fields for a client empty.',
      'Choose Create, then Connect.',
    ],
    note: 'In a chat, choose it under + before you ask.',
  }),
  remarks: [
    'It connects from OpenAI’s servers, not from your machine: the URL must be on the internet, with https.',
  ],
}
