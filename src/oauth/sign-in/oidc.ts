import { randomBytes } from 'node:crypto'
import {
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type Configuration,
  calculatePKCECodeChallenge,
  fetchUserInfo,
} from 'openid-client'
import type { JsonObject } from '../../auth/jwt/read-jwt.ts'
import { derive } from '../authorize/derive.ts'
import type { Attempt } from '../authorize/flow.ts'
import { isSame } from '../is-same.ts'
import type { Person } from '../person.ts'
import type { OAuthSurroundings } from '../surroundings.ts'
import { callbackPath } from './callback-path.ts'
import { missingClaims, readPerson } from './claimed-person.ts'
import { toRefusal, unreachable } from './provider-failure.ts'
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

/** The flow that a `state` belongs to: its first half is the flow's id. */
export function flowOfState(state: string | undefined): string | undefined {
  return /^([\w-]{32})\.[\w-]{43}$/.exec(state ?? '')?.[1]
}

/** Whether a `state` is that of this attempt in this browser. */
export function isStateOf(state: string | undefined, flow: TripFlow, attempt: Attempt): boolean {
  return isSame(state, stateOf(flow, attempt))
}

/** Makes the way of signing in at identity providers. */
export function createOidc({
  baseUrl,
  now,
  oauth,
}: Pick<OAuthSurroundings, 'baseUrl' | 'now' | 'oauth'>): Oidc {
  const findProvider = createProviders(now)
  const redirectUri = ({ name }: OidcSignIn) => baseUrl() + callbackPath(name, oauth().signIn)

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
          redirect_uri: redirectUri(way),
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
          const tokens = await authorizationCodeGrant(provider, new URL(`${redirectUri(way)}?${query}`), {
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
