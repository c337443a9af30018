import { PRESETS } from '../../config/redirects/presets.ts'
import { shellWord } from '../shell-word.ts'
import type { ClientGuide, GuidedServer, Written } from './guide.ts'
import { environmentNote, fileForSecrets, headersMember, json, signIn } from './written-parts.ts'

/** Gemini CLI: its command where it signs in, its settings where it is given a token. */
export const geminiCli: ClientGuide = {
  title: 'Gemini CLI',
  redirects: { uris: PRESETS.gemini, preset: 'gemini' },
  write: server => (server.signsIn ? command(server) : configured(server)),
  remarks: [
    'In a folder that it doesn’t trust it connects to no server at all, and `gemini mcp list` says Disabled.',
  ],
}

function command(server: GuidedServer): Written {
  return {
    where: 'a terminal',
    language: 'sh',
    text: `gemini mcp add --transport http ${shellWord(server.name)} ${shellWord(server.url)}`,
    ...signIn(server, `Start \`gemini\`, and type \`/mcp auth ${server.name}\`.`),
    note: 'For this project only; add `--scope user` for all of them. `gemini mcp list` checks the connection.',
  }
}

function configured(server: GuidedServer): Written {
  return {
    where: fileForSecrets(
      server,
      '.gemini/settings.json in the project',
      '~/.gemini/settings.json for all projects',
    ),
    language: 'json',
    text: json({
      mcpServers: {
        [server.name]: { httpUrl: server.url, ...headersMember(server, variable => `\${${variable}}`) },
      },
    }),
    ...environmentNote(server, 'Gemini CLI'),
  }
}
