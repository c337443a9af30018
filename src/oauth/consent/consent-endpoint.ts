import { productTitle } from '../../config/titles.ts'
import { consentPage } from '../../console/pages/consent-page.ts'
import { continueTo, redirectTo } from '../authorize/answers.ts'
import { withoutFlowCookie } from '../authorize/flow-cookies.ts'
import type { FlowRooms } from '../authorize/flow-rooms.ts'
import type { OpenFlow } from '../authorize/flows.ts'
import { checkCsrf, csrfToken, readOwnForm } from '../authorize/own-form.ts'
import type { OAuthAnswer, OAuthEndpoint, OAuthRequest } from '../http.ts'
import { basePath } from '../metadata/well-known.ts'
import { oauthError } from '../oauth-error.ts'
import { PATHS, signInPath } from '../paths.ts'
import { type Parameters, readParameters } from '../read-parameters.ts'
import { redirectPlace } from '../redirects/redirect-place.ts'
import { approve } from './approve.ts'
import { consentPageData } from './consent-page-data.ts'
import { deny } from './deny.ts'
import { nothingToGive } from './nothing-to-give.ts'
import { prepareScene, type Scene } from './scene.ts'

/** Shows what a client asks for; the query's `flow` says of which flow. */
export function createConsentPage(rooms: FlowRooms): OAuthEndpoint {
  return async http => {
    const open = await rooms.flows.open(readParameters(http.query).get('flow'), http)
    const scene = await prepareScene(open, http, rooms)
    return scene === undefined ? toSignIn(open.id) : show(scene, http, rooms, 200)
  }
}

/** Takes the answer: `decision` is `approve`, `deny` or `switch`, and each ticked scope has a field. */
export function createConsentAnswer(rooms: FlowRooms): OAuthEndpoint {
  return async http => {
    const form = readOwnForm(http, rooms.surroundings.baseUrl())
    const open = await rooms.flows.open(form.get('flow'), http)
    checkCsrf(form, open.secret, aboutConsent(open.id))
    const scene = await prepareScene(open, http, rooms)
    if (scene === undefined) return toSignIn(open.id)
    switch (form.get('decision')) {
      case 'approve':
        return takeApproval(scene, form, http, rooms)
      case 'deny':
        return deny(open, scene.request, scene.known, http, rooms)
      case 'switch':
        return switchPerson(open, http, rooms)
      default:
        throw oauthError(
          'oauth_invalid_request',
          'The answer must be to allow or to deny. Go back and press one of the buttons.',
        )
    }
  }
}

/** What the hidden field of the consent page's forms is about. */
function aboutConsent(flow: string): string {
  return `consent\n${flow}`
}

function toSignIn(flow: string): OAuthAnswer {
  return redirectTo(signInPath(flow))
}

async function show(
  scene: Scene,
  http: OAuthRequest,
  rooms: FlowRooms,
  status: number,
  problem?: { readonly text: string; readonly ticked: readonly string[] },
): Promise<OAuthAnswer> {
  const { open, matter } = scene
  if (matter.grantable.scopes.length === 0) return nothingToGive(scene, http, rooms)
  const form = {
    action: basePath(rooms.surroundings.baseUrl()) + PATHS.consent,
    flow: open.id,
    csrf: csrfToken(open.secret, aboutConsent(open.id)),
  }
  return { status, body: { html: consentPage(consentPageData(scene, form, rooms.surroundings, problem)) } }
}

async function takeApproval(
  scene: Scene,
  form: Parameters,
  http: OAuthRequest,
  rooms: FlowRooms,
): Promise<OAuthAnswer> {
  const { open, request, known, person, matter, asOf } = scene
  const ticked = [...form].flatMap(([name, value]) => (/^scope\.\d{1,3}$/.test(name) ? value : []))
  const scopes = matter.grantable.scopes.filter(scope => ticked.includes(scope))
  if (ticked.length === 0) {
    return show(scene, http, rooms, 400, {
      text: 'Nothing is ticked. Tick at least one line, or deny.',
      ticked,
    })
  }
  if (ticked.some(scope => !scopes.includes(scope))) {
    const text = 'What you can allow has changed meanwhile. Look at it again, then answer once more.'
    return show(scene, http, rooms, 409, { text, ticked: scopes })
  }
  await rooms.flows.consume(open)
  const { client } = known
  const href = await approve({ client, request, person, scopes, asOf, isAsked: true }, http, rooms)
  const continuation = {
    product: productTitle(rooms.surroundings.config()),
    heading: `${client.name} is allowed`,
    text: `Your browser now goes back to ${redirectPlace(known.target)}. If it stays here, use the link; after that you can close this window.`,
    link: `Go on to ${client.name}`,
  }
  return continueTo(href, continuation, [withoutFlowCookie(open.id)])
}

/** Signs the person out, and lets them choose whom to sign in as for the same client. */
async function switchPerson(open: OpenFlow, http: OAuthRequest, rooms: FlowRooms): Promise<OAuthAnswer> {
  await rooms.flows.change(open, flow => ({
    ...flow,
    person: undefined,
    request: flow.request && {
      ...flow.request,
      prompt: new Set([...flow.request.prompt, 'select_account']),
    },
  }))
  return { ...toSignIn(open.id), cookies: await rooms.sessions.leave(http) }
}
