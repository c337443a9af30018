import type { Command } from 'commander'
import type { Config } from '../config/config.ts'
import {
  CLIENTS,
  type ClientId,
  type ClientSnippet,
  clientSnippets,
  GUIDES,
  IN_THE_BROWSER,
  isClient,
  leftOut,
} from '../console/client-snippets.ts'
import { type ConnectionFailure, failuresOf } from '../console/connection-failures.ts'
import type { ClientGuide } from '../console/guides/guide.ts'
import { PosternError } from '../errors.ts'
import { readConfig } from './read-config.ts'
import { findServer, serverUrl } from './server-url.ts'
import { type WayIn, waysIn } from './ways-in.ts'

interface Options {
  readonly client?: string
  readonly server?: string
  readonly json?: boolean
}

/** What `postern connect` shows. */
export interface Connection {
  readonly url: string
  /** For one client every way in, otherwise the first of each client. */
  readonly snippets: readonly OfferedSnippet[]
  /** What no snippet can help with, and the other ways in. */
  readonly notes: readonly string[]
  /** What goes wrong, where one client was asked for. */
  readonly failures: readonly Pick<ConnectionFailure, 'seen' | 'mend'>[]
}

/** A snippet and the way in that it is for. */
export interface OfferedSnippet extends ClientSnippet {
  /** `With the product’s own token in Authorization: Bearer`. */
  readonly way: string
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
      const connection = describeConnection(readConfig(command), options)
      process.stdout.write(
        options.json ? `${JSON.stringify(connection, null, 2)}\n` : renderConnection(connection),
      )
    })
}

/**
 * The snippets for one server of a configuration, with placeholders for the credential. Signing in in the browser comes
 * first where it is offered: then the URL is all that a client needs.
 *
 * @throws PosternError `not_found` for a server or client that there is not.
 */
export function describeConnection(
  config: Config,
  { client, server: path }: Pick<Options, 'client' | 'server'>,
): Connection {
  if (client !== undefined && !isClient(client)) {
    throw new PosternError('not_found', {
      message: `No client is called ${client}. Known: ${CLIENTS.join(', ')}.`,
    })
  }
  const server = findServer(config, path)
  const url = serverUrl(config, server)
  const ways = waysIn(config, server)
  const offered = ways.flatMap(({ words, credential }) =>
    clientSnippets({ name: config.name, url, credential }).map(snippet => ({ ...snippet, way: words })),
  )
  return client === undefined ? forAll(url, ways, offered) : forOne(url, client, ways, offered)
}

/** The connection for a terminal. */
export function renderConnection({ url, snippets, notes, failures }: Connection): string {
  const usual = snippets.find((_, index) => index === 0)?.way
  const isOneClient = new Set(snippets.map(({ client }) => client)).size < 2
  const hasWays = new Set(snippets.map(({ way }) => way)).size > 1
  const parts = snippets.map(({ title, way, where, text, steps = [], note }) => {
    const saysWay = hasWays && (isOneClient || way !== usual)
    const lines = [
      `── ${title}: ${where}`,
      ...(saysWay ? [`   ${way}:`] : []),
      '',
      text.trimEnd(),
      '',
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

/** The first way in of each client, and what else there is. */
function forAll(url: string, ways: readonly WayIn[], offered: readonly OfferedSnippet[]): Connection {
  const snippets = CLIENTS.flatMap(id => offered.filter(({ client }) => client === id).slice(0, 1))
  const [first, ...others] = ways
  const kind = first?.credential.kind ?? 'none'
  const missing = leftOut({ kind }).filter(left => !snippets.some(({ client }) => client === left.client))
  const hasSecret = snippets.some(({ way }) =>
    ways.some(({ words, credential }) => words === way && isSecret(credential)),
  )
  return {
    url,
    snippets,
    notes: [
      ...(first === undefined ? [] : [`${first.words}${kind === 'oauth' ? `. ${IN_THE_BROWSER}` : '.'}`]),
      ...others.map(({ words }) => `Also: ${words.charAt(0).toLowerCase()}${words.slice(1)}.`),
      '`postern connect --client NAME` shows every way for one client, and what to do when it fails.',
      ...missing.map(({ title, why }) => `${title} can’t be connected: ${why}.`),
      ...(hasSecret ? [SECRETS] : []),
    ],
    failures: [],
  }
}

/** Every way in of one client. */
function forOne(
  url: string,
  id: ClientId,
  ways: readonly WayIn[],
  offered: readonly OfferedSnippet[],
): Connection {
  const { title, remarks = [] }: ClientGuide = GUIDES[id]
  const own = offered.filter(({ client }) => client === id)
  const has = ({ words }: WayIn) => own.some(({ way }) => way === words)
  const signsIn = (way: string) =>
    ways.some(({ words, credential }) => words === way && credential.kind === 'oauth')
  const missing = new Set(
    ways
      .flatMap(({ credential }) => leftOut(credential).filter(({ client }) => client === id))
      .map(({ why }) => why),
  )
  return {
    url,
    snippets: own.map(snippet =>
      signsIn(snippet.way) ? { ...snippet, steps: [...(snippet.steps ?? []), IN_THE_BROWSER] } : snippet,
    ),
    notes: [
      ...(own.length === 0
        ? [
            `${title} can’t be connected with what this configuration offers; it takes \`auth: [{ type: oauth }]\`.`,
          ]
        : []),
      ...[...missing].map(why => `${title}: ${why}.`),
      ...remarks,
    ],
    failures:
      own.length === 0
        ? []
        : failuresOf(
            id,
            ways.filter(has).map(({ credential }) => credential.kind),
          ).map(({ seen, mend }) => ({ seen, mend })),
  }
}

function isSecret({ kind }: WayIn['credential']): boolean {
  return kind === 'bearer' || kind === 'headers'
}

const SECRETS =
  'A token in a configuration file can be read by whoever reads the file: keep it out of version control.'
