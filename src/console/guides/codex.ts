import { PRESETS } from '../../config/redirects/presets.ts'
import { shellWord } from '../shell-word.ts'
import type { ClientGuide, GuidedServer, Written } from './guide.ts'
import { environmentNote, signIn } from './written-parts.ts'

/** Codex: its command where it signs in, its configuration file where it is given a token. */
export const codex: ClientGuide = {
  title: 'Codex',
  redirects: { uris: PRESETS.codex, preset: 'codex' },
  write: server => (server.signsIn ? command(server) : configured(server)),
}

function command(server: GuidedServer): Written {
  return {
    where: 'a terminal',
    language: 'sh',
    text: `codex mcp add ${shellWord(server.name)} --url ${shellWord(server.url)}`,
    ...signIn(server, 'Codex opens the browser by itself.'),
    note: `To sign in again: \`codex mcp login ${server.name}\`. Where there is no browser, add \`--no-browser\`.`,
  }
}

function configured(server: GuidedServer): Written {
  return {
    where: '~/.codex/config.toml',
    language: 'toml',
    text: table(server),
    ...environmentNote(server, 'Codex', true),
  }
}

function table({ name, url, headers }: GuidedServer): string {
  const lines = [`[mcp_servers.${name}]`, `url = ${toml(url)}`]
  const [first] = headers
  if (first !== undefined && first.scheme !== '') lines.push(`bearer_token_env_var = ${toml(first.variable)}`)
  else if (first !== undefined) {
    const pairs = headers.map(header => `${toml(header.name)} = ${toml(header.variable)}`)
    lines.push(`env_http_headers = { ${pairs.join(', ')} }`)
  }
  return `${lines.join('\n')}\n`
}

/** A TOML basic string: JSON's escapes are TOML's, but for DEL. */
function toml(text: string): string {
  return JSON.stringify(text).replaceAll('\u007f', '\\u007f')
}
