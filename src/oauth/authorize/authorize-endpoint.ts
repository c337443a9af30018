import { PosternError } from '../../errors.ts'
import { approve } from '../consent/approve.ts'
import { consentMatter } from '../consent/consent-matter.ts'
import type { AuthorizationRequest } from '../grant.ts'
import type { OAuthEndpoint, OAuthRequest } from '../http.ts'
import { oauthError } from '../oauth-error.ts'
import { consentPath, signInPath } from '../paths.ts'
import { keepPerson } from '../sign-in/kept-person.ts'
import type { SignedIn } from '../sign-in/sessions.ts'
import { verifiedPerson } from '../sign-in/sign-in-with-product.ts'
import { redirectTo } from './answers.ts'
import type { FlowRooms } from './flow-rooms.ts'
import { flowPlace } from './flows.ts'
import type { KnownClient } from './known-client.ts'
import { readAuthorization } from './read-authorization.ts'
import { redirectWithError } from './redirect-with.ts'
import { tellClient } from './tell-client.ts'

/**
 * The authorization endpoint (RFC 6749 section 3.1). What is wrong with the client or its redirect URI is thrown, and
 * shown here; what is wrong otherwise is told to the client by a redirect. Who asks properly gets a flow, and goes to
 * sign in or, where the browser is signed in, to the consent page.
 */
export function createAuthorize(rooms: FlowRooms): OAuthEndpoint {
  const { surroundings, flows } = rooms
  return async http => {
    const authorization = await readAuthorization(http, rooms)
    const { known } = authorization
    if (authorization.refusal !== undefined)
      return tellClient(known, authorization.refusal, authorization.location, rooms)
    const { request } = authorization
    const refuse = (error: PosternError) =>
      tellClient(known, error, redirectWithError(request, error, surroundings.baseUrl()), rooms)
    if (surroundings.oauth().signIn.length === 0) return refuse(oauthError('oauth_access_denied', NO_WAY))

    const mustSignIn = request.prompt.has('login') || request.prompt.has('select_account')
    await surroundings.store.fresh()
    const asOf = surroundings.store.revocations.sequence
    const signedIn = mustSignIn ? undefined : await whoIsThere(http, rooms)
    const location = signedIn && (await repeatApproval({ request, asOf }, known, signedIn, http, rooms))
    if (location !== undefined) return redirectTo(location)
    if (request.prompt.has('none')) {
      return refuse(oauthError(signedIn === undefined ? 'oauth_login_required' : 'oauth_consent_required'))
    }
    const { id, cookies } = await flows.begin(
      http,
      request,
      (secret, flow) => signedIn && keepPerson(signedIn.person, signedIn.signedInAt, secret, flowPlace(flow)),
    )
    return redirectTo(signedIn === undefined ? signInPath(id) : consentPath(id), cookies)
  }
}

const NO_WAY =
  'Nobody can sign in at this server: no way of signing in is configured. Its administrator can add one.'

/**
 * Who is signed in in this browser. A credential of the product is verified again: since it was typed it may have been
 * withdrawn, or give less.
 */
async function whoIsThere(http: OAuthRequest, rooms: FlowRooms): Promise<SignedIn | undefined> {
  const signedIn = await rooms.sessions.current(http)
  const credential = signedIn?.person.credential
  if (signedIn === undefined || credential === undefined) return signedIn
  const way = rooms.surroundings.oauth().signIn.find(({ name }) => name === signedIn.person.way)
  if (way?.type !== 'product') return undefined
  try {
    return { ...signedIn, person: await verifiedPerson(way, credential.headers, http, rooms) }
  } catch (error) {
    if (error instanceof PosternError && SIGNED_OUT.has(error.code)) return undefined
    throw error
  }
}

const SIGNED_OUT: ReadonlySet<string> = new Set(['invalid_token', 'oauth_access_denied'])

/** The address with a code, where the person has approved the same before and may be spared the page. */
async function repeatApproval(
  { request, asOf }: { readonly request: AuthorizationRequest; readonly asOf: number },
  { client }: KnownClient,
  { person }: SignedIn,
  http: OAuthRequest,
  rooms: FlowRooms,
): Promise<string | undefined> {
  const { scopes } = consentMatter(request, client, person, rooms.surroundings).grantable
  const isRemembered = await rooms.remembered.holds({ person, client, request }, scopes, http)
  return isRemembered
    ? approve({ client, request, person, scopes, asOf, isAsked: false }, http, rooms)
    : undefined
}
