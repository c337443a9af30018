import { productTitle } from '../../config/titles.ts'
import { messagePage } from '../../console/pages/message-page.ts'
import { redirectTo } from '../authorize/answers.ts'
import { readOwnForm } from '../authorize/own-form.ts'
import type { Grants } from '../grants/grants.ts'
import type { OAuthAnswer, OAuthRequest, OAuthRoute } from '../http.ts'
import { basePath } from '../metadata/well-known.ts'
import { oauthError } from '../oauth-error.ts'
import { PATHS } from '../paths.ts'
import { readParameters } from '../read-parameters.ts'
import { hasToken, type Sessions, type SignedIn } from '../sign-in/sessions.ts'
import type { OAuthSurroundings } from '../surroundings.ts'
import { drawConnections } from './draw-connections.ts'
import { createOwnThings, type OwnThings } from './own-things.ts'

/** What the pages of connected apps work with. */
export interface ConnectionRooms {
  readonly surroundings: Pick<
    OAuthSurroundings,
    'store' | 'now' | 'baseUrl' | 'config' | 'oauth' | 'toolsOf' | 'onEvent'
  >
  readonly grants: Pick<Grants, 'find' | 'page' | 'revoke'>
  readonly sessions: Pick<Sessions, 'current' | 'end'>
}

/**
 * The page on which people see which apps are connected in their name, and their own access tokens, and end them. What
 * is whose is said in `own-things.ts`; an id of somebody else is one that does not exist. Ending one ends every token
 * of it on any node as of the next request (`docs/revocation.md`).
 */
export function createConnectionRoutes(rooms: ConnectionRooms): readonly OAuthRoute[] {
  const own = createOwnThings(rooms)
  return [
    {
      method: 'GET',
      paths: [PATHS.connections],
      errors: 'page',
      async endpoint(request) {
        const signedIn = await rooms.sessions.current(request)
        return signedIn === undefined ? redirectTo(TO_SIGN_IN) : show(rooms, own, signedIn, { request })
      },
    },
    {
      method: 'POST',
      paths: [PATHS.connections],
      errors: 'page',
      consumes: 'application/x-www-form-urlencoded',
      endpoint: request => change(rooms, own, request),
    },
  ]
}

/** And from there back. */
const TO_SIGN_IN = `${PATHS.signIn}?next=connections`

async function change(rooms: ConnectionRooms, own: OwnThings, request: OAuthRequest): Promise<OAuthAnswer> {
  const form = readOwnForm(request, rooms.surroundings.baseUrl())
  const signedIn = await rooms.sessions.current(request)
  if (signedIn === undefined) return redirectTo(PATHS.connections)
  if (!hasToken(signedIn, form.get('csrf'))) throw oauthError('oauth_flow_ended', TOO_OLD)
  if (form.get('decision') === 'sign-out') return signOut(rooms, request)
  const done = await end(rooms, own, signedIn, request, form.get('revoke') ?? '')
  if (done === undefined) return show(rooms, own, signedIn, { status: 404, problem: NOT_THEIRS })
  return show(rooms, own, signedIn, { done })
}

const TOO_OLD =
  'This page is too old, or was not shown to you. Nothing was changed. Open your connected apps again.'
const NOT_THEIRS = 'This is not among your apps and access tokens, or was ended before. Nothing was changed.'

/** What was ended, in words; undefined where nothing was. */
async function end(
  { surroundings, grants }: ConnectionRooms,
  own: OwnThings,
  { person }: SignedIn,
  { requestId, from }: OAuthRequest,
  id: string,
): Promise<string | undefined> {
  const { store, now, onEvent } = surroundings
  const about = { requestId, from, subject: person.subject, organization: person.organization }
  if (CONNECTION_ID.test(id)) {
    const grant = await own.findConnection(person, id)
    if (grant === undefined || !(await grants.revoke(id))) return undefined
    onEvent({ type: 'revoked', ...about, client: grant.client.id, grant: id })
    return `${grant.client.name} is disconnected. It can no longer do anything in your name.`
  }
  const token = TOKEN_ID.test(id) ? await own.findToken(person, id) : undefined
  if (token === undefined || !(await store.revokeToken(id, now()))) return undefined
  onEvent({ type: 'revoked', ...about, token: id })
  return `The access token “${token.name}” is revoked. It no longer works.`
}

const CONNECTION_ID = /^gra_[\w-]{1,64}$/
const TOKEN_ID = /^tok_[\w-]{1,64}$/

interface Showing {
  /** Whose query says from where on; default: from the first. */
  readonly request?: OAuthRequest
  readonly status?: number
  readonly done?: string
  readonly problem?: string
}

async function show(
  { surroundings }: ConnectionRooms,
  own: OwnThings,
  signedIn: SignedIn,
  { request, status = 200, done, problem }: Showing,
): Promise<OAuthAnswer> {
  const query = readParameters(request?.query ?? '')
  const after = {
    connection: matching(CONNECTION_ID, query.get('after')),
    token: matching(TOKEN_ID, query.get('afterToken')),
  }
  const { person } = signedIn
  const connections = await own.connections(person, after.connection)
  const tokens = await own.tokens(person, after.token)
  const html = drawConnections(surroundings, {
    signedIn,
    connections,
    tokens,
    after,
    ...(done !== undefined && { done }),
    ...(problem !== undefined && { problem }),
  })
  return { status, body: { html } }
}

function matching(pattern: RegExp, text: string | undefined): string | undefined {
  return text !== undefined && pattern.test(text) ? text : undefined
}

async function signOut({ sessions, surroundings }: ConnectionRooms, request: OAuthRequest) {
  const cookies = await sessions.end(request)
  const html = messagePage({
    product: productTitle(surroundings.config()),
    kind: 'notice',
    heading: 'You are signed out',
    paragraphs: ['Connected apps stay connected.', 'You may close this window.'],
    requestId: undefined,
    link: { href: basePath(surroundings.baseUrl()) + PATHS.connections, text: 'Sign in again' },
  })
  return { status: 200, cookies, body: { html } }
}
