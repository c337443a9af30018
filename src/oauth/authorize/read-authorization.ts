import { PosternError } from '../../errors.ts'
import { findServer } from '../find-server.ts'
import type { AuthorizationRequest } from '../grant.ts'
import type { OAuthRequest } from '../http.ts'
import { oauthError } from '../oauth-error.ts'
import { type Parameters, readParameters, required } from '../read-parameters.ts'
import { knownScopes } from '../scopes/known-scopes.ts'
import { OF_HABIT } from '../scopes/of-habit.ts'
import { offeredScopes } from '../scopes/offered-scopes.ts'
import type { OAuthSurroundings } from '../surroundings.ts'
import { type ClientRooms, type KnownClient, knownClient } from './known-client.ts'
import { redirectWithError } from './redirect-with.ts'

/** A checked request, or the address that the browser is sent to with what was wrong. */
export type Authorization =
  | { readonly request: AuthorizationRequest; readonly known: KnownClient; readonly refusal?: undefined }
  | {
      readonly request?: undefined
      readonly refusal: PosternError
      readonly location: string
      readonly known: KnownClient
    }

/** What the checks ask. */
export interface AuthorizationRooms extends ClientRooms {
  readonly surroundings: Pick<OAuthSurroundings, 'baseUrl' | 'config' | 'policy' | 'toolsOf'>
}

/** What the steps have found out so far. */
interface Draft {
  readonly parameters: Parameters
  readonly rooms: AuthorizationRooms
  codeChallenge: string
  prompt: ReadonlySet<string>
  resource: { readonly url: string; readonly path: string }
  scopes: readonly string[]
}

/**
 * The checks of an authorization request whose client and redirect URI are known to be good, in their order. What they
 * refuse is told to the client by a redirect (RFC 6749 section 4.1.2.1).
 */
const STEPS: readonly ((draft: Draft) => void)[] = [
  refuseRequestObjects,
  takeResponseType,
  takeResponseMode,
  takeChallenge,
  takePrompt,
  takeResource,
  takeScopes,
]

/**
 * Reads an authorization request (RFC 6749 section 4.1.1, RFC 7636, RFC 8707). In this order: parameters that come
 * twice, the client, the redirect URI; whatever is wrong so far is thrown and shown to the person, as nobody knows yet
 * where a redirect would lead. Then the {@link STEPS}.
 *
 * @throws PosternError what may be shown only here
 */
export async function readAuthorization(
  request: OAuthRequest,
  rooms: AuthorizationRooms,
): Promise<Authorization> {
  const parameters = readParameters(request.query)
  const clientId = required(parameters, 'client_id')
  const redirectUri = required(parameters, 'redirect_uri')
  const known = await knownClient(clientId, redirectUri, rooms, request)
  const state = parameters.get('state')
  const isStateGood = state === undefined || STATE.test(state)
  try {
    if (!isStateGood) throw oauthError('oauth_invalid_request', BAD_STATE)
    const draft = check({ parameters, rooms })
    return { request: Object.freeze({ clientId, redirectUri, state, ...draft }), known }
  } catch (thrown) {
    if (!(thrown instanceof PosternError)) throw thrown
    const answerable = { redirectUri, state: isStateGood ? state : undefined }
    const location = redirectWithError(answerable, thrown, rooms.surroundings.baseUrl())
    return { refusal: thrown, location, known }
  }
}

/** VSCHAR (RFC 6749 appendix A.5), and what fits into an address. */
const STATE = /^[\x20-\x7e]{1,2048}$/
const BAD_STATE = 'The parameter state has more than 2048 characters, or one that is not printable ASCII.'

function check(given: Pick<Draft, 'parameters' | 'rooms'>) {
  const draft: Draft = {
    ...given,
    codeChallenge: '',
    prompt: new Set(),
    resource: { url: '', path: '' },
    scopes: [],
  }
  for (const step of STEPS) step(draft)
  const { codeChallenge, prompt, resource, scopes } = draft
  return { codeChallenge, prompt, resource: resource.url, scopes }
}

/** Requests inside of JWTs are not taken (OpenID Connect Core section 6); ignoring one would be to take another request. */
function refuseRequestObjects({ parameters }: Draft): void {
  for (const [name, code] of NOT_SUPPORTED) {
    if (parameters.has(name)) throw oauthError(code)
  }
}

const NOT_SUPPORTED = [
  ['request', 'oauth_request_not_supported'],
  ['request_uri', 'oauth_request_uri_not_supported'],
  ['registration', 'oauth_registration_not_supported'],
] as const

function takeResponseType({ parameters }: Draft): void {
  if (required(parameters, 'response_type') !== 'code') throw oauthError('oauth_unsupported_response_type')
}

function takeResponseMode({ parameters }: Draft): void {
  const mode = parameters.get('response_mode')
  if (mode === undefined || mode === 'query') return
  throw oauthError('oauth_invalid_request', 'The response_mode must be query, or be left out.')
}

/** RFC 7636 section 4.2, without `plain` (OAuth 2.1 section 7.5.1): SHA-256 has 43 characters of base64url. */
function takeChallenge(draft: Draft): void {
  const { parameters } = draft
  const challenge = parameters.get('code_challenge')
  if (challenge === undefined) {
    throw oauthError(
      'oauth_invalid_request',
      'The parameter code_challenge is missing: PKCE with S256 is required.',
    )
  }
  if (parameters.get('code_challenge_method') !== 'S256') {
    throw oauthError('oauth_invalid_request', 'The code_challenge_method must be S256.')
  }
  if (!CHALLENGE.test(challenge)) {
    throw oauthError(
      'oauth_invalid_request',
      'The code_challenge must be the SHA-256 of the verifier as 43 characters of base64url.',
    )
  }
  draft.codeChallenge = challenge
}

const CHALLENGE = /^[A-Za-z0-9_-]{43}$/

/** OpenID Connect Core section 3.1.2.1. */
function takePrompt(draft: Draft): void {
  const values = new Set(
    draft.parameters
      .get('prompt')
      ?.split(' ')
      .filter(value => value !== ''),
  )
  for (const value of values) {
    if (!PROMPTS.has(value)) {
      throw oauthError('oauth_invalid_request', 'The prompt may hold login, consent, select_account or none.')
    }
  }
  if (values.has('none') && values.size > 1) {
    throw oauthError('oauth_invalid_request', 'The prompt none goes with no other.')
  }
  draft.prompt = values
}

const PROMPTS: ReadonlySet<string> = new Set(['login', 'consent', 'select_account', 'none'])

/** RFC 8707. A client that names none means the first server that takes these tokens. */
function takeResource(draft: Draft): void {
  draft.resource = findServer(draft.rooms.surroundings, draft.parameters.get('resource'))
}

/**
 * What is asked for and offered. Of the rest nothing is given, and the token's answer says so; but a client that asks
 * for nothing that there is would get what it did not ask for, and is told.
 */
function takeScopes(draft: Draft): void {
  const { config, policy, toolsOf } = draft.rooms.surroundings
  const tools = toolsOf(draft.resource.path) ?? []
  const { offered, defaults } = offeredScopes(config(), tools, policy())
  const asked = (draft.parameters.get('scope') ?? '').split(' ').filter(scope => scope !== '')
  const wanted = [...new Set(asked)].filter(scope => !OF_HABIT.has(scope) || offered.includes(scope))
  if (wanted.length > MOST_SCOPES) {
    throw oauthError('oauth_invalid_scope', `At most ${MOST_SCOPES} scopes can be asked for at once.`)
  }
  const given = wanted.length === 0 ? defaults : knownScopes(wanted, offered, tools, policy())
  if (given.length === 0) throw oauthError('oauth_invalid_scope')
  draft.scopes = given
}

const MOST_SCOPES = 64
