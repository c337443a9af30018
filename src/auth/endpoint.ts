import type { JSONWebKeySet } from 'jose'
import type { SchemeType } from './principal.ts'

/**
 * One address at which callers sign in: an MCP server, the administration or the pass-through. The same object for each
 * of its requests, since what follows from it is prepared once.
 */
export interface Endpoint {
  /** The scheme types that sign in here; undefined for all. */
  readonly allowed?: ReadonlySet<SchemeType> | undefined
  /** Its URL path as configured: what tokens with an audience have to name. Undefined: they are good for none. */
  readonly path?: string
  /** URL of its metadata (RFC 9728), where clients can get tokens for it. Known only after listening. */
  readonly metadata?: (() => string) | undefined
  /** Scopes that a client without a token should ask for; none where left out. */
  readonly scopes?: readonly string[]
}

/** What is the same for all endpoints of a gateway. */
export interface Site {
  /** `publicUrl`, or the address that is listened on, without a slash at its end: the issuer of machine tokens. */
  readonly baseUrl: () => string
  /** The path of the endpoint whose URL this is, however it is spelt; undefined for every other text. */
  readonly pathOf: (audience: string) => string | undefined
  /** Public keys of machine tokens; undefined where none are signed. */
  readonly keys: JSONWebKeySet | undefined
}

/** A gateway that nobody has a URL of: tokens for one of its endpoints are good nowhere. */
export const NOWHERE: Site = Object.freeze({
  baseUrl: () => '',
  pathOf: () => undefined,
  keys: undefined,
})
