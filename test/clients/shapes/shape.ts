/**
 * What a client puts on the wire when a person connects it by OAuth: facts, so that the gateway can be asked the same
 * without the client. In strings, `{resource}`, `{scope}`, `{client_id}`, `{port}`, `{state}`, `{challenge}`,
 * `{redirect_uri}`, `{verifier}`, `{code}` and `{refresh_token}` stand for what differs from run to run.
 */
export interface ClientShape {
  /** Its name for people. */
  readonly client: string
  /** Undefined where what is known is of no one version. */
  readonly version: string | undefined
  /** `observed`: recorded from the client itself. `reported`: told by its makers, its source or its issue tracker. */
  readonly source: 'observed' | 'reported'
  /** How it was recorded, or by whom it is told, and what is not known. */
  readonly how: string
  /** What it asks before it registers, in order. */
  readonly discovery: readonly Probe[]
  /** Where its `{scope}` comes from: the challenge of a 401, or the metadata of the resource. */
  readonly scopeFrom: 'challenge' | 'metadata'
  /** The body of its registration (RFC 7591); undefined where it never registers. */
  readonly registration: Readonly<Record<string, unknown>> | undefined
  /** The metadata document that it prefers to registering; undefined where it has none. */
  readonly document: MetadataDocument | undefined
  /** Where its code goes. */
  readonly redirectUri: string
  /** Parameters of the authorization request, in its order. */
  readonly authorize: Readonly<Record<string, string>>
  /** The form that redeems the code. */
  readonly token: Readonly<Record<string, string>>
  /** The form that asks for the next token; undefined where nobody has told. */
  readonly refresh: Readonly<Record<string, string>> | undefined
  /** Headers of its requests to the authorization server that are not every program's. */
  readonly headers: Readonly<Record<string, string>>
  /** What the gateway has to do for it, beyond the specification. */
  readonly needs: readonly string[]
}

/** One request of a client that looks for the authorization server. */
export interface Probe {
  readonly method: 'GET' | 'HEAD' | 'POST'
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  /** The JSON that is posted. */
  readonly body?: unknown
  /** What it goes on with; other statuses end it. */
  readonly expects: readonly number[]
}

/** A Client ID Metadata Document, as it is published or as far as it is told. */
export interface MetadataDocument {
  readonly client_id: string
  readonly client_name: string
  readonly redirect_uris: readonly string[]
  readonly grant_types?: readonly string[]
  readonly response_types?: readonly string[]
  readonly token_endpoint_auth_method?: string
  readonly client_uri?: string
  readonly logo_uri?: string
  readonly application_type?: string
}
