import type { Command } from 'commander'
import type { Config } from '../config/config.ts'
import { CLIENTS, isClient } from '../console/client-snippets.ts'
import { type Connection, describeConnection } from '../console/describe-connection.ts'
import { PosternError } from '../errors.ts'
import { readConfig } from './read-config.ts'
import { findServer, serverUrl } from './server-url.ts'

interface Options {
  readonly client?: string
  readonly server?: string
  readonly json?: boolean
}

/** `postern connect`: what to paste into which client, for the configured server. */
export function registerConnect(program: Command): void {
  program
    .command('connect')
    .description('shows what to paste into each AI client')
    .option('--client <name>', `only this one, with every way in: ${CLIENTS.join(', ')}`)
    .option('--server <path>', 'the endpoint; default: the first')
    .option('--json', 'prints JSON')
    .action((options: Options, command: Command) => {
      const connection = findConnection(readConfig(command), options)
      process.stdout.write(
        options.json ? `${JSON.stringify(connection, null, 2)}\n` : renderConnection(connection),
      )
    })
}

/**
 * What is shown for one server of a configuration.
 *
 * @throws PosternError `not_found` for a server or client that there is not.
 */
export function findConnection(
  config: Config,
  { client, server: path }: Pick<Options, 'client' | 'server'>,
): Connection {
  if (client !== undefined && !isClient(client)) {
    throw new PosternError('not_found', {
      message: `No client is called ${client}. Known: ${CLIENTS.join(', ')}.`,
    })
  }
  const server = findServer(config, path)
  return describeConnection({ config, server, url: serverUrl(config, server), client })
}

/** The connection for a terminal. */
export function renderConnection({ url, snippets, notes, failures }: Connection): string {
  const usual = snippets.find((_, index) => index === 0)?.way
  const isOneClient = new Set(snippets.map(({ client }) => client)).size < 2
  const hasWays = new Set(snippets.map(({ way }) => way)).size > 1
  const parts = snippets.map(({ title, way, where, text, links = [], steps = [], note }) => {
    const saysWay = hasWays && (isOneClient || way !== usual)
    const lines = [
      `── ${title}: ${where}`,
      ...(saysWay ? [`   ${way}:`] : []),
      '',
      text.trimEnd(),
      '',
      // Insiders know what to change in it.
      ...links.slice(0, 1).flatMap(({ text, href }) => [`${text}: ${href}`, '']),
      ...steps.map((step, index) => `${index + 1}. ${step}`),
      ...(steps.length > 0 ? [''] : []),
    ]
    return [...lines, ...(note === undefined ? [] : [note, ''])].join('\n')
  })
  const help = failures.map(({ seen, mend }) => `* ${seen}: ${mend}`)
  return [
    `${url}\n`,
    ...parts,
    ...notes.map(note => `* ${note}`),
    ...(help.length > 0 ? ['\nIf it doesn’t work:\n', ...help] : []),
    '',
  ].join('\n')
}
