import { shellWord } from '../shell-word.ts'
import type { ClientGuide, GuidedServer, Written } from './guide.ts'
import { environmentNote, fileForSecrets, headersMember, json, signIn } from './written-parts.ts'

/** OpenCode: its command where it signs in, its configuration file where it is given a token. */
export const opencode: ClientGuide = {
  title: 'OpenCode',
  redirects: 'loopback',
  write: server => (server.headers.length === 0 ? command(server) : configured(server)),
  remarks: [
    'Version 1 has no `servers` in its file, the server’s name stands directly under `mcp`; there `opencode mcp auth` signs in.',
  ],
}

function command(server: GuidedServer): Written {
  return {
    where: 'a terminal',
    language: 'sh',
    text: `opencode mcp add ${shellWord(server.name)} --url ${shellWord(server.url)}`,
    ...signIn(server, 'Start `opencode`, type `/mcps`, choose the server and sign in.'),
    note: 'For this project only; add `--global` for all of them. `opencode mcp list` checks the connection.',
  }
}

function configured(server: GuidedServer): Written {
  return {
    where: fileForSecrets(
      server,
      'opencode.json in the project',
      '~/.config/opencode/opencode.json for all projects',
    ),
    language: 'json',
    text: json({
      mcp: {
        servers: {
          [server.name]: {
            type: 'remote',
            url: server.url,
            ...headersMember(server, variable => `{env:${variable}}`),
          },
        },
      },
    }),
    ...environmentNote(server, 'OpenCode'),
  }
}
