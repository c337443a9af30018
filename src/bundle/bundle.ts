import type { BundleField } from './bundle-field.ts'

/** What a bundle (.mcpb) is made of. Nothing in it is secret. */
export interface Bundle {
  /** For programs: letters, digits, `_` and `-`; what is installed under one name replaces what was. */
  readonly name: string
  /** For people; printable. */
  readonly title: string
  /** What the product offers, in a sentence; default: that it is there. */
  readonly description?: string | undefined
  /** URL at which people read about it. */
  readonly homepage?: string | undefined
  /** A semantic version. */
  readonly version: string
  /** Who gives it to its users; printable. */
  readonly author: string
  /** The MCP endpoint; one that `remoteUrl` lets through. */
  readonly url: URL
  /** What the user is asked for; empty where the server asks for nothing. */
  readonly fields: readonly BundleField[]
  /** The tools that everybody who has the file may know of; without it the client asks the server. */
  readonly tools?: readonly { readonly name: string; readonly description: string }[] | undefined
  /** A PNG image. */
  readonly icon?: Uint8Array | undefined
  /** URL of the product's privacy policy. */
  readonly privacyPolicy?: string | undefined
}
