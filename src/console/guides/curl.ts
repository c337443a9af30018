import { shellWord } from '../shell-word.ts'
import { shellHeader } from '../snippet-header.ts'
import type { ClientGuide } from './guide.ts'

const MESSAGE = {
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/list',
  params: {
    _meta: {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientInfo': { name: 'curl', version: '1.0.0' },
      'io.modelcontextprotocol/clientCapabilities': {},
    },
  },
}

/** curl: one request, to see that the server answers. */
export const curl: ClientGuide = {
  title: 'curl, or any other program',
  noSignIn:
    'a program without a browser uses a token, or client credentials if it is a machine (`postern client`)',
  write: ({ url, headers }) => ({
    where: 'a terminal',
    language: 'sh',
    text: [
      `curl -sS ${shellWord(url)}`,
      ...headers.map(header => `  -H ${shellHeader(header)}`),
      '  -H "Content-Type: application/json"',
      '  -H "Accept: application/json, text/event-stream"',
      '  -H "MCP-Protocol-Version: 2026-07-28"',
      '  -H "Mcp-Method: tools/list"',
      `  -d ${shellWord(JSON.stringify(MESSAGE))}`,
    ].join(' \\\n'),
  }),
}
