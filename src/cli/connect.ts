import type { Command } from 'commander'
import type { Config } from '../config/config.ts'
import type { SchemeConfig, ServerConfig } from '../config/schema.ts'
import {
  CLIENTS,
  type ClientSnippet,
  clientSnippets,
  notes,
  type SnippetCredential,
} from '../console/client-snippets.ts'
import { PosternError } from '../errors.ts'
import { readConfig } from './read-config.ts'
import { findServer, serverUrl } from './server-url.ts'

interface Options {
  readonly client?: string
  readonly server?: string
  readonly json?: boolean
}

/** What `postern connect` shows. */
export interface Connection {
  readonly url: string
  readonly snippets: readonly ClientSnippet[]
  /** What no snippet can help with, and the other ways of signing in. */
  readonly notes: readonly string[]
}

/** `postern connect`: what to paste into which client, for the configured server. */
export function registerConnect(program: Command): void {
  program
    .command('connect')
    .description('shows what to paste into each AI client')
    .option('--client <name>', `only this one: ${CLIENTS.join(', ')}`)
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
 * The snippets for one server of a configuration, with placeholders for the credential: the first scheme of the
 * server that asks for one.
 *
 * @throws PosternError `not_found` for a server or client that there is not.
 */
export function describeConnection(
  config: Config,
  { client, server: path }: Pick<Options, 'client' | 'server'>,
): Connection {
  if (client !== undefined && !CLIENTS.some(known => known === client)) {
    throw new PosternError('not_found', {
      message: `No client is called ${client}. Known: ${CLIENTS.join(', ')}.`,
    })
  }
  const server = findServer(config, path)
  const url = serverUrl(config, server)
  const [scheme, ...others] = schemesOf(config, server)
  const all = clientSnippets({ name: config.name, url, credential: credentialOf(scheme) })
  return {
    url,
    snippets: all.filter(snippet => client === undefined || snippet.client === client),
    notes: [
      ...(scheme === undefined ? [] : [`The credential: ${describeScheme(scheme)}.`]),
      ...others.map(other => `Also taken: ${describeScheme(other)}.`),
      ...notes,
    ],
  }
}

/** The connection for a terminal. */
export function renderConnection({ url, snippets, notes }: Connection): string {
  const parts = snippets.map(({ title, where, text, note }) =>
    [`── ${title}: ${where}`, '', text.trimEnd(), ...(note === undefined ? [] : ['', note]), ''].join('\n'),
  )
  return [`${url}\n`, ...parts, ...notes.map(note => `* ${note}`), ''].join('\n')
}

/** The schemes that a server takes, those that ask for a credential first. */
function schemesOf(config: Config, server: ServerConfig): readonly SchemeConfig[] {
  const taken = config.auth.filter(({ type }) => server.auth?.includes(type) ?? true)
  const anonymous = ({ type }: SchemeConfig) => type === 'anonymous'
  return [...taken.filter(scheme => !anonymous(scheme)), ...taken.filter(anonymous)]
}

function credentialOf(scheme: SchemeConfig | undefined): SnippetCredential {
  if (scheme === undefined || scheme.type === 'anonymous') return { kind: 'none' }
  if (scheme.type !== 'headers') return { kind: 'bearer', header: scheme.header }
  const placeholders = scheme.headers.map(name => [
    name,
    /e-?mail/i.test(name) ? 'you@example.com' : `YOUR_${name.toUpperCase().replace(/[^A-Z0-9]+/g, '_')}`,
  ])
  return { kind: 'headers', headers: Object.fromEntries(placeholders) }
}

function describeScheme(scheme: SchemeConfig): string {
  if (scheme.type === 'anonymous') return 'no credential at all'
  if (scheme.type === 'headers') return `the headers ${scheme.headers.join(' and ')} of the product`
  const where = scheme.header.toLowerCase() === 'authorization' ? 'Authorization: Bearer' : scheme.header
  if (scheme.type === 'bearer') return `the product’s own token in ${where}`
  if (scheme.type === 'jwt') return `an access token of ${scheme.issuer} in ${where}`
  return `a token of \`postern token create\` (${scheme.prefix}…) in ${where}`
}
