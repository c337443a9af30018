import { randomBytes } from 'node:crypto'
import {
  AuthorizationResponseError,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type Configuration,
  calculatePKCECodeChallenge,
  fetchUserInfo,
  ResponseBodyError,
} from 'openid-client'
import type { JsonObject } from '../../auth/jwt/read-jwt.ts'
import { PosternError } from '../../errors.ts'
import { derive } from '../authorize/derive.ts'
import type { Attempt } from '../authorize/flow.ts'
import { isSame } from '../is-same.ts'
import { oauthError } from '../oauth-error.ts'
import type { Person } from '../person.ts'
import type { OAuthSurroundings } from '../surroundings.ts'
import { missingClaims, readPerson } from './claimed-person.ts'
import { createProviders, type OidcSignIn } from './providers.ts'

/** The flow that a trip to an identity provider belongs to. */
export interface TripFlow {
  readonly id: string
  /** Of the flow's cookie. */
  readonly secret: string
}

/** Signing in at identity providers (OpenID Connect Core section 3.1, with PKCE). */
export interface Oidc {
  /**
   * The address at the provider, and what has to be remembered of the trip. Called only once the person has pressed the
   * button.
   *
   * @param prompt - `login` where a new sign-in is asked for
   * @throws PosternError `upstream_unavailable`
   */
  begin(
    way: OidcSignIn,
    flow: TripFlow,
    prompt: 'login' | 'select_account' | undefined,
  ): Promise<{ readonly attempt: Attempt; readonly href: string }>
  /**
   * Who the provider says it is; the attempt has been used up before.
   *
   * @param query - of the callback, as it came
   * @throws PosternError `oauth_sign_in_failed`, `upstream_unavailable`
   */
  finish(way: OidcSignIn, flow: TripFlow, attempt: Attempt, query: string): Promise<Person>
}

/** Path of the callback: `<baseUrl>/oauth/callback` is the redirect URI at every provider. */
export const CALLBACK = '/oauth/callback'

/** The flow that a `state` belongs to: its first half is the flow's id. */
export function flowOfState(state: string | undefined): string | undefined {
  return /^([\w-]{32})\.[\w-]{43}$/.exec(state ?? '')?.[1]
}

/** Whether a `state` is that of this attempt in this browser. */
export function isStateOf(state: string | undefined, flow: TripFlow, attempt: Attempt): boolean {
  return isSame(state, stateOf(flow, attempt))
}

/** Makes it. */
export function createOidc({ baseUrl, now }: Pick<OAuthSurroundings, 'baseUrl' | 'now'>): Oidc {
  const findProvider = createProviders(now)

  async function ask<T>(way: OidcSignIn, question: (provider: Configuration) => Promise<T>): Promise<T> {
    const provider = await findProvider(way).catch((error: unknown) => {
      throw unreachable(way, error)
    })
    return question(provider)
  }

  return {
    begin: (way, flow, prompt) =>
      ask(way, async provider => {
        const attempt = { way: way.name, id: randomBytes(16).toString('base64url') }
        const supported = provider.serverMetadata().prompt_values_supported
        const isKnown =
          prompt === 'login' || (Array.isArray(supported) && supported.some(value => value === prompt))
        const url = buildAuthorizationUrl(provider, {
          redirect_uri: baseUrl() + CALLBACK,
          scope: way.scope,
          state: stateOf(flow, attempt),
          nonce: nonceOf(flow, attempt),
          code_challenge: await calculatePKCECodeChallenge(verifierOf(flow, attempt)),
          code_challenge_method: 'S256',
          ...(prompt !== undefined && { prompt: isKnown ? prompt : 'login' }),
        })
        return { attempt, href: url.href }
      }),

    finish: (way, flow, attempt, query) =>
      ask(way, async provider => {
        try {
          const tokens = await authorizationCodeGrant(provider, new URL(`${baseUrl()}${CALLBACK}?${query}`), {
            expectedState: stateOf(flow, attempt),
            expectedNonce: nonceOf(flow, attempt),
            pkceCodeVerifier: verifierOf(flow, attempt),
            idTokenExpected: true,
          })
          const claims: JsonObject = { ...tokens.claims() }
          const missing = missingClaims(claims, way)
          if (missing === 'none' || provider.serverMetadata().userinfo_endpoint === undefined) {
            return readPerson(claims, way)
          }
          const userInfo = await fetchUserInfo(provider, tokens.access_token, String(claims.sub)).catch(
            (error: unknown) => {
              if (missing === 'rights') throw error
              return {}
            },
          )
          return readPerson({ ...userInfo, ...claims }, way)
        } catch (error) {
          throw toRefusal(way, error)
        }
      }),
  }
}

/** All three are derived, so that the store keeps none of them, and each belongs to one attempt in one browser. */
function stateOf(flow: TripFlow, attempt: Attempt): string {
  return `${flow.id}.${derive(flow.secret, 'state', attempt.id)}`
}

function nonceOf(flow: TripFlow, attempt: Attempt): string {
  return derive(flow.secret, 'nonce', attempt.id)
}

function verifierOf(flow: TripFlow, attempt: Attempt): string {
  return derive(flow.secret, 'code verifier', attempt.id)
}

function toRefusal(way: OidcSignIn, error: unknown): PosternError {
  if (error instanceof PosternError) return error
  if (error instanceof AuthorizationResponseError) {
    const code = /^[a-z_]{1,40}$/.test(error.error) ? error.error : 'unknown'
    return oauthError('oauth_sign_in_failed', PROVIDER_SAYS[code]?.(way.title) ?? refused(way.title), {
      detail: `${way.issuer} answered the error ${code}`,
    })
  }
  if (isNoAnswer(error)) return unreachable(way, error)
  return oauthError(
    'oauth_sign_in_failed',
    `What ${way.title} answered could not be believed, so you are not signed in. Try again; if it does not help, tell your administrator.`,
    {
      detail: `${way.issuer}: ${reasonOf(error)}`,
    },
  )
}

const refused = (title: string) =>
  `${title} refused to sign you in. Try again; if it does not help, tell your administrator.`

const PROVIDER_SAYS: Readonly<Record<string, (title: string) => string>> = {
  access_denied: title =>
    `${title} did not let you in, or you stopped there. Try again, or ask your administrator for access.`,
  temporarily_unavailable: title => `${title} can’t sign anybody in right now. Try again shortly.`,
  server_error: title => `Something went wrong at ${title}. Try again shortly.`,
}

/** Whether the provider did not answer, or only that it is out of order; the library wraps what it was told. */
function isNoAnswer(error: unknown): boolean {
  return chainOf(error).some(({ code, status }) => {
    if (typeof status === 'number' && status >= 500) return true
    return code === 'OAUTH_TIMEOUT' || (typeof code === 'string' && NO_ANSWER.test(code))
  })
}

const NO_ANSWER = /^(?:UND_ERR|ECONN|ENOTFOUND|EAI_|EHOST|ENET|ETIMEDOUT)/

/** An error and what caused it, as far as that says something: errors by their code, responses by their status. */
function chainOf(error: unknown): readonly { readonly code?: unknown; readonly status?: unknown }[] {
  const chain: object[] = []
  for (let at = error; at instanceof Error || at instanceof Response; ) {
    chain.push(at)
    if (at instanceof Response || chain.length === MOST_CAUSES) break
    at = at.cause
  }
  return chain
}

const MOST_CAUSES = 4

function unreachable(way: OidcSignIn, error: unknown): PosternError {
  return new PosternError('upstream_unavailable', {
    message: `${way.title} can’t be reached right now, so nobody can sign in there. Try again shortly; if it does not help, tell your administrator.`,
    detail: `${way.issuer}: ${reasonOf(error)}`,
    headers: { 'Retry-After': '5' },
  })
}

/** Messages are the library's own; what the provider sent, which may hold a token, is in a cause and stays there. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'failed'
  const codes = chainOf(error).flatMap(({ code, status }) => code ?? status ?? [])
  const said = error instanceof ResponseBodyError ? `${error.error}, ` : ''
  return `${error.message} (${said}${codes.map(String).join(', ')})`
}
