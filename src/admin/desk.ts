import type { ClientSecrets } from '../oauth/clients/client-secret.ts'
import type { Grants } from '../oauth/grants/grants.ts'
import type { Store } from '../store/store.ts'

/** What the operations of the API work with. Functions are asked anew for every request, since a reload may change the answer. */
export interface AdminDesk {
  readonly store: Store
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** What minted tokens start with; undefined where none are taken. */
  readonly tokenPrefix: () => string | undefined
  /** Those of the scopes that open no tool at all. */
  readonly unmatchedScopes: (scopes: readonly string[]) => readonly string[]
  /** Undefined where the configuration has no authorization server. */
  readonly oauth: () => OAuthDesk | undefined
}

/** What the operations about OAuth work with besides. */
export interface OAuthDesk {
  readonly grants: Pick<Grants, 'find' | 'page' | 'revoke'>
  readonly secrets: Pick<ClientSecrets, 'make'>
  /** What its tokens and secrets start with: `acme_`. */
  readonly prefix: string
  /** Whether there are keys to sign tokens of machines with. */
  readonly signs: boolean
}
