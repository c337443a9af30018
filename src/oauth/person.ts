import type { GivenHeaders } from '../auth/sealed-headers.ts'

/** Somebody who has signed in on Postern's page, and what limits what they can give. Frozen. */
export interface Person {
  /** Stable id, as the way of signing in names them. */
  readonly subject: string
  readonly organization: string | undefined
  readonly roles: readonly string[]
  /** Scopes that they can give at most, unexpanded; undefined: all that are offered. */
  readonly scopes: readonly string[] | undefined
  /** What they read about themselves on pages: a name, an e-mail address, else the subject. */
  readonly display: string
  /** `name` of the `signIn` entry that they came by. */
  readonly way: string
  /** Of `product`: the id (`crd_…`) of the credential that was typed, and its request headers, lower-case names. */
  readonly credential: PersonCredential | undefined
}

/** The product's own credential. Never logged, never stored but sealed. */
export interface PersonCredential {
  readonly id: string
  readonly headers: GivenHeaders
}
