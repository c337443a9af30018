import type { Config } from '../config/config.ts'
import type { ServerConfig } from '../config/schema.ts'
import {
  CLIENTS,
  type ClientId,
  type ClientSnippet,
  clientSnippets,
  GUIDES,
  IN_THE_BROWSER,
  leftOut,
} from './client-snippets.ts'
import { type ConnectionFailure, failuresOf } from './connection-failures.ts'
import type { ClientGuide } from './guides/guide.ts'
import { serverName } from './server-name.ts'
import { type WayIn, waysIn } from './ways-in.ts'

/** What {@link describeConnection} is asked about. */
export interface ConnectionQuestion {
  readonly config: Pick<Config, 'name' | 'auth' | 'servers'>
  /** One of `config.servers`. */
  readonly server: ServerConfig
  /** What clients type to reach it. */
  readonly url: string
  /** Only this client, with every way in; undefined: the first way in of each. */
  readonly client?: ClientId | undefined
}

/** What people are told who want to connect a client. */
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

/**
 * The snippets for one server of a configuration, with placeholders for the credential: what `postern connect` prints
 * and the connect page shows. Signing in in the browser comes first where it is offered: then the URL is all that a
 * client needs. Pure.
 */
export function describeConnection({ config, server, url, client }: ConnectionQuestion): Connection {
  const name = serverName(config, server)
  const ways = waysIn(config, server)
  const offered = ways.flatMap(({ words, credential }) =>
    clientSnippets({ name, url, credential }).map(snippet => ({ ...snippet, way: words })),
  )
  return client === undefined ? forAll(url, ways, offered) : forOne(url, client, ways, offered)
}

/** The first way in of each client, and what else there is. */
function forAll(url: string, ways: readonly WayIn[], offered: readonly OfferedSnippet[]): Connection {
  const snippets = CLIENTS.flatMap(id => offered.filter(({ client }) => client === id).slice(0, 1))
  const [first, ...others] = ways
  const credential = first?.credential ?? { kind: 'none' }
  const isConnected = (id: ClientId) => snippets.some(({ client }) => client === id)
  const refused = credential.kind === 'oauth' ? credential.refused : undefined
  const hasSecret = snippets.some(({ way }) =>
    ways.some(({ words, credential }) => words === way && isSecret(credential)),
  )
  return {
    url,
    snippets,
    notes: [
      ...(first === undefined
        ? []
        : [`${first.words}${credential.kind === 'oauth' ? `. ${IN_THE_BROWSER}` : '.'}`]),
      ...others.map(({ words }) => `Also: ${words.charAt(0).toLowerCase()}${words.slice(1)}.`),
      '`postern connect --client NAME` shows every way for one client, and what to do when it fails.',
      ...leftOut(credential)
        .filter(({ client }) => !isConnected(client))
        .map(({ title, why }) => `${title} can’t be connected: ${why}.`),
      ...leftOut(credential)
        .filter(({ client }) => isConnected(client) && refused?.has(client))
        .map(({ title, why }) => `${title} doesn’t sign in in the browser here: ${why}.`),
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
        ? [`${title} can’t be connected with what this configuration offers${remedy(id, ways)}.`]
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

/** What would let a client in; nothing where the note on its redirect URIs says so. */
function remedy(id: ClientId, ways: readonly WayIn[]): string {
  const isRefused = ways.some(({ credential }) => credential.kind === 'oauth' && credential.refused?.has(id))
  if (isRefused) return ''
  const { noSignIn }: ClientGuide = GUIDES[id]
  return `; it takes ${noSignIn === undefined ? '`auth: [{ type: oauth }]`' : 'a token, `auth: [{ type: token }]`'}`
}

function isSecret({ kind }: WayIn['credential']): boolean {
  return kind === 'bearer' || kind === 'headers'
}

const SECRETS =
  'A token in a configuration file can be read by whoever reads the file: keep it out of version control.'
