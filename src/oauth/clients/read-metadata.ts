import type { JSONWebKeySet } from 'jose'
import type { GrantType } from '../client.ts'
import { oauthError } from '../oauth-error.ts'
import { clientName } from './client-name.ts'
import { keySetUrl } from './document-url.ts'
import { readKeys } from './read-keys.ts'

/** Metadata of a client (RFC 7591 section 2), checked, whether it was registered or published. */
export interface ClientMetadata {
  /** Undefined where none is given. */
  readonly name: string | undefined
  /** 1 to 16, none twice. What they are and whether they are allowed is not checked here. */
  readonly redirectUris: readonly string[]
  readonly grantTypes: readonly GrantType[]
  readonly authentication: MetadataAuthentication
  /** As given; it limits nothing, since clients register with the scopes of the first challenge and need more later. */
  readonly scope: string | undefined
}

/** How the client wants to prove who it is at the token endpoint. */
export type MetadataAuthentication =
  | { readonly method: 'none' | 'client_secret_basic' | 'client_secret_post' }
  | { readonly method: 'private_key_jwt'; readonly keys: JSONWebKeySet | { readonly uri: string } }

/**
 * Reads metadata from anybody. Members that are not known are ignored (RFC 7591 section 2), and so are grant and
 * response types that are not offered, as long as one remains: VS Code asks for the device grant besides. What has a
 * meaning here and is wrong is refused, since the client would find out later what it did not get.
 *
 * @throws PosternError `oauth_invalid_client_metadata`, `oauth_invalid_redirect_uri`
 */
export function readMetadata(value: unknown): ClientMetadata {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    refuse('It must be a JSON object.')
  }
  const members: Members = new Map(Object.entries(value))
  const authentication = readAuthentication(members)
  const responseTypes = readList(members, 'response_types') ?? ['code']
  if (!responseTypes.includes('code')) refuse('The response_types must include code.')
  return {
    name: readName(members),
    redirectUris: readRedirects(members),
    grantTypes: readGrantTypes(members, authentication),
    authentication,
    scope: readScope(members),
  }
}

type Members = ReadonlyMap<string, unknown>

const MOST_REDIRECTS = 16
const MOST_ENTRIES = 32
const LONGEST_ENTRY = 256
const LONGEST_SCOPE = 4_096

function readName(members: Members): string | undefined {
  const value = members.get('client_name')
  if (value === undefined || value === null || value === '') return undefined
  const name = typeof value === 'string' ? clientName(value) : undefined
  if (name === undefined) {
    refuse('The client_name must be a text that can be read: no control or invisible characters.')
  }
  return name
}

function readRedirects(members: Members): readonly string[] {
  const uris = members.get('redirect_uris')
  const isList = Array.isArray(uris) && uris.every(uri => typeof uri === 'string')
  if (!isList || uris.length === 0 || uris.length > MOST_REDIRECTS) {
    throw oauthError(
      'oauth_invalid_redirect_uri',
      `The client’s metadata must have redirect_uris: 1 to ${MOST_REDIRECTS} of them.`,
    )
  }
  return Object.freeze([...new Set<string>(uris)])
}

const USUAL_GRANTS = ['authorization_code', 'refresh_token'] as const
const ASSERTION = 'urn:ietf:params:oauth:grant-type:jwt-bearer'

function readGrantTypes(members: Members, { method }: MetadataAuthentication): readonly GrantType[] {
  const given = readList(members, 'grant_types') ?? USUAL_GRANTS
  const offered: readonly GrantType[] = method === 'none' ? USUAL_GRANTS : [...USUAL_GRANTS, ASSERTION]
  const taken = offered.filter(type => given.includes(type))
  if (!taken.includes('authorization_code')) refuse('The grant_types must include authorization_code.')
  return Object.freeze(taken)
}

function readAuthentication(members: Members): MetadataAuthentication {
  const method: unknown = members.get('token_endpoint_auth_method') ?? 'none'
  switch (method) {
    case 'none':
    case 'client_secret_basic':
    case 'client_secret_post':
      return { method }
    case 'private_key_jwt':
      return { method, keys: readKeySource(members) }
    default:
      refuse(
        'The token_endpoint_auth_method must be none, client_secret_basic, client_secret_post or private_key_jwt.',
      )
  }
}

/** RFC 7591 section 2: one of `jwks` and `jwks_uri`. Where the host leads is asked when it is fetched. */
function readKeySource(members: Members): JSONWebKeySet | { readonly uri: string } {
  const [keys, uri] = [members.get('jwks'), members.get('jwks_uri')]
  if ((keys === undefined) === (uri === undefined)) {
    refuse('For private_key_jwt it must have one of jwks and jwks_uri.')
  }
  if (uri === undefined) return readKeys(keys)
  if (typeof uri !== 'string') refuse('The jwks_uri must be a text.')
  return Object.freeze({ uri: keySetUrl(uri).href })
}

/** RFC 6749 section 3.3. */
function readScope(members: Members): string | undefined {
  const scope = members.get('scope')
  if (scope === undefined || scope === null || scope === '') return undefined
  const isScope =
    typeof scope === 'string' &&
    scope.length <= LONGEST_SCOPE &&
    /^[\x20\x21\x23-\x5b\x5d-\x7e]+$/.test(scope)
  if (!isScope) refuse('The scope must be names with spaces between them.')
  return scope.trim().replace(/ +/g, ' ')
}

/** A list of short texts; undefined where there is none. */
function readList(members: Members, name: string): readonly string[] | undefined {
  const list = members.get(name)
  if (list === undefined || list === null) return undefined
  const isList =
    Array.isArray(list) &&
    list.length <= MOST_ENTRIES &&
    list.every(entry => typeof entry === 'string' && entry.length <= LONGEST_ENTRY)
  if (!isList) refuse(`The ${name} must be a list of texts.`)
  return list
}

function refuse(message: string): never {
  throw oauthError('oauth_invalid_client_metadata', `The client’s metadata can’t be used. ${message}`)
}
