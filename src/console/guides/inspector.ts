import { shellWord } from '../shell-word.ts'
import { shellHeader } from '../snippet-header.ts'
import type { ClientGuide } from './guide.ts'
import { signIn } from './written-parts.ts'

/** The MCP Inspector’s command line. */
export const inspector: ClientGuide = {
  title: 'MCP Inspector',
  redirects: { uris: ['http://127.0.0.1/oauth/callback'], preset: 'inspector' },
  write: server => ({
    where: 'a terminal',
    language: 'sh',
    text: [
      `npx @modelcontextprotocol/inspector --cli ${shellWord(server.url)} --transport http --method tools/list`,
      ...server.headers.map(header => `  --header ${shellHeader(header)}`),
    ].join(' \\\n'),
    ...signIn(server, 'It opens the browser, or prints the address to open.'),
    note: 'Without `--cli` and what follows it opens a page in which the same is filled in: choose Streamable HTTP.',
  }),
}
