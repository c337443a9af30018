/**
 * What the connect page shows: plain data, made by `describe-gateway.ts`, drawn by `connect-page.ts`. Everybody who can
 * reach the gateway sees it, so there is nothing in it that a stranger must not know.
 */
import type { ConnectionFailure } from '../connection-failures.ts'
import type { OfferedSnippet } from '../describe-connection.ts'
import type { PageAbility, PageScope, PageServer } from './page-data.ts'

/** The page as a whole. */
export interface ConnectPage {
  /** Title of the gateway, for people. */
  readonly product: string
  /** At least one. */
  readonly servers: readonly ConnectServer[]
  /** What goes wrong with any of the ways in, the most frequent first. */
  readonly failures: readonly Pick<ConnectionFailure, 'seen' | 'mend'>[]
  /** URL at which people see and end their connections; undefined: there are none to see. */
  readonly connections: string | undefined
}

/** One MCP server. */
export interface ConnectServer extends PageServer {
  /** The ways in, the easiest first; empty where only machines get in. */
  readonly ways: readonly ConnectWay[]
  /** Those that can be connected, in the order in which they are shown. */
  readonly clients: readonly ConnectClient[]
  /** The others: a title, and why not, as the rest of a sentence. */
  readonly leftOut: readonly { readonly title: string; readonly why: string }[]
  readonly scopes: readonly ConnectScope[]
}

/** A way in. Texts may have code between backticks. */
export interface ConnectWay {
  /** `With the product’s own token`. */
  readonly title: string
  /** Where people get what they sign in with. */
  readonly source: string
  /** Where they find it: an http or https URL. */
  readonly help: string | undefined
}

/** A client. */
export interface ConnectClient {
  readonly title: string
  /** How it signs in at best. */
  readonly how: 'browser' | 'token' | 'open'
  /** URL of a bundle that installs the server there with a double click, and asks for the token; undefined: none. */
  readonly bundle: string | undefined
  /** One for each way in. */
  readonly snippets: readonly ConnectSnippet[]
  /** What else is to be known. Texts may have code between backticks. */
  readonly notes: readonly string[]
}

/** A snippet, and what the way in that it is for is called on the page. */
export interface ConnectSnippet extends OfferedSnippet {
  readonly heading: string
}

/** What one scope gives. */
export interface ConnectScope extends PageScope {
  /** Tools that it opens by itself. */
  readonly count: number
  /** How many of them are only for callers who meet a condition of their own, as a role. */
  readonly conditional: number
  /** By tier; tools are named only where strangers may know them. */
  readonly abilities: readonly PageAbility[]
}
