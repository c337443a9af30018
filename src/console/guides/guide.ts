import type { RedirectPreset } from '../../config/redirects/presets.ts'
import type { SnippetHeader } from '../snippet-header.ts'

/** How one client is connected to a server. */
export interface ClientGuide {
  /** The client’s name for people. */
  readonly title: string
  /** Why it can’t be given a token or headers; undefined: it can. */
  readonly noHeader?: string
  /** Why it can’t sign in by itself (OAuth); undefined: it can. */
  readonly noSignIn?: string
  /** Where it wants to be sent with a code. Absent: it doesn’t sign in by itself. */
  readonly redirects?: ClientRedirects
  readonly write: (server: GuidedServer) => Written
  /** What is different with it, whatever the way in: where it connects from, what it calls things. */
  readonly remarks?: readonly string[]
}

/** The redirect URIs of a client; `loopback`: on the user’s machine, with a port and a path of its own. */
export type ClientRedirects =
  | 'loopback'
  | {
      /** Those that it registers all at once, as presets have them: where one is refused, it can’t connect. */
      readonly uris: readonly string[]
      /** What lets them in by name. */
      readonly preset: RedirectPreset
    }

/** A server, as a guide tells of it. */
export interface GuidedServer {
  /** Letters, digits, `-` and `_`. */
  readonly name: string
  readonly url: string
  /** What the client has to send; empty where it signs in by itself, or nothing is asked for. */
  readonly headers: readonly SnippetHeader[]
  /** Whether the client signs in by itself, in the browser. */
  readonly signsIn: boolean
  /** Starts the bridge, the URL included. */
  readonly bridgeCommand: { readonly command: string; readonly args: readonly string[] }
}

/** What a guide says about one server. */
export interface Written {
  /** The file or the place to paste into; for several systems or reaches, all of them. */
  readonly where: string
  /** Of `text`, for highlighting. */
  readonly language: 'sh' | 'json' | 'toml' | 'text'
  /** What is pasted. */
  readonly text: string
  /** Links that do the same with one click, where the client has such. */
  readonly links?: readonly WrittenLink[]
  /** What is done after that, in order; each a sentence or two. */
  readonly steps?: readonly string[]
  /** What else there is to know, in one or two sentences. */
  readonly note?: string
}

/** An address that opens the client, or its page, with the server filled in. */
export interface WrittenLink {
  /** `Add to Cursor`. */
  readonly text: string
  /** Of one of the schemes in `deep-links.ts`, whatever the configuration holds. */
  readonly href: string
}
