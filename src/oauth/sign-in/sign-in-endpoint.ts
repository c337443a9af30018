import type { SignInConfig } from '../../config/schema.ts'
import { productTitle } from '../../config/titles.ts'
import { continueTo, redirectTo } from '../authorize/answers.ts'
import type { FlowRooms } from '../authorize/flow-rooms.ts'
import type { OpenFlow } from '../authorize/flows.ts'
import { knownClient } from '../authorize/known-client.ts'
import { checkCsrf, readOwnForm } from '../authorize/own-form.ts'
import { deny } from '../consent/deny.ts'
import type { OAuthAnswer, OAuthEndpoint, OAuthRequest } from '../http.ts'
import { oauthError } from '../oauth-error.ts'
import { signInPath } from '../paths.ts'
import type { Person } from '../person.ts'
import { type Parameters, readParameters } from '../read-parameters.ts'
import { completeSignIn } from './complete-sign-in.ts'
import { explainFailure } from './explain-failure.ts'
import type { OidcSignIn } from './providers.ts'
import { signInByProxy } from './proxy.ts'
import { aboutSignIn, showSignIn } from './show-sign-in.ts'
import { signInWithProduct } from './sign-in-with-product.ts'
import { claimedIn } from './typed-credential.ts'

/**
 * Shows how to sign in; the query's `flow` says for which flow. Without one, `next=connections` begins one that leads to
 * the person's own connections.
 */
export function createSignInPage(rooms: FlowRooms): OAuthEndpoint {
  return async http => {
    const query = readParameters(http.query)
    if (!query.has('flow') && query.get('next') === 'connections') {
      const { id, cookies } = await rooms.flows.begin(http, undefined, () => undefined)
      return redirectTo(signInPath(id), cookies)
    }
    const open = await rooms.flows.open(query.get('flow'), http)
    const [way, ...others] = rooms.surroundings.oauth().signIn
    // Whom the proxy names has signed in there already: there is nothing to press.
    if (way?.type === 'proxy' && others.length === 0) {
      return attempt(open, { way, verify: async () => signInByProxy(way, http) }, http, rooms)
    }
    return showSignIn(open, http, rooms)
  }
}

/** Takes the form: `way` and what was typed for it, or `decision=deny`. */
export function createSignInAnswer(rooms: FlowRooms): OAuthEndpoint {
  return async http => {
    const form = readOwnForm(http, rooms.surroundings.baseUrl())
    const open = await rooms.flows.open(form.get('flow'), http)
    checkCsrf(form, open.secret, aboutSignIn(open.id))
    const { request } = open.flow
    if (request !== undefined && form.get('decision') === 'deny') {
      const known = await knownClient(request.clientId, request.redirectUri, rooms, http)
      return deny(open, request, known, http, rooms)
    }
    const way = rooms.surroundings.oauth().signIn.find(({ name }) => name === form.get('way'))
    if (way === undefined) {
      throw oauthError(
        'oauth_invalid_request',
        'This way of signing in does not exist here. Go back and choose one that is shown.',
      )
    }
    return signIn(open, way, form, http, rooms)
  }
}

async function signIn(
  open: OpenFlow,
  way: SignInConfig,
  form: Parameters,
  http: OAuthRequest,
  rooms: FlowRooms,
): Promise<OAuthAnswer> {
  switch (way.type) {
    case 'oidc':
      return goToProvider(open, way, http, rooms)
    case 'proxy':
      return attempt(open, { way, verify: async () => signInByProxy(way, http) }, http, rooms)
    case 'product': {
      const verify = () => signInWithProduct(way, form, http, rooms)
      return attempt(open, { way, verify, claimed: claimedIn(way, form) }, http, rooms)
    }
  }
}

interface Try {
  readonly way: SignInConfig
  /** Throws what {@link explainFailure} explains. */
  readonly verify: () => Promise<Person>
  /** Who they say they are. */
  readonly claimed?: string | undefined
}

/** Who could sign in goes on; who could not is told on the same page, and tries again. */
async function attempt(
  open: OpenFlow,
  { way, verify, claimed }: Try,
  http: OAuthRequest,
  rooms: FlowRooms,
): Promise<OAuthAnswer> {
  let person: Person
  try {
    person = await verify()
  } catch (error) {
    return explainFailure(open, { way, error, claimed }, http, rooms)
  }
  return completeSignIn(open, person, http, rooms)
}

/** Only now does anything go to the identity provider: the person has seen for whom, and pressed the button. */
async function goToProvider(
  open: OpenFlow,
  way: OidcSignIn,
  http: OAuthRequest,
  rooms: FlowRooms,
): Promise<OAuthAnswer> {
  const { flows, oidc, surroundings } = rooms
  const prompt = open.flow.request?.prompt
  const again = prompt?.has('login') ? 'login' : prompt?.has('select_account') ? 'select_account' : undefined
  let trip: Awaited<ReturnType<typeof oidc.begin>>
  try {
    trip = await oidc.begin(way, open, again)
  } catch (error) {
    return explainFailure(open, { way, error }, http, rooms)
  }
  await flows.change(open, flow => ({ ...flow, attempt: trip.attempt }))
  return continueTo(trip.href, {
    product: productTitle(surroundings.config()),
    heading: `Sign in with ${way.title}`,
    text: `Your browser now goes to ${way.title}. If it stays here, use the link.`,
    link: `Go on to ${way.title}`,
  })
}
