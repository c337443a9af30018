import type { SignInConfig } from '../../config/schema.ts'
import { productTitle, serverTitle } from '../../config/titles.ts'
import type { PageClient, PageRedirect, PageServer, PageWay } from '../../console/pages/page-data.ts'
import { signInPage } from '../../console/pages/sign-in-page.ts'
import type { PosternError } from '../../errors.ts'
import type { FlowRooms } from '../authorize/flow-rooms.ts'
import type { OpenFlow } from '../authorize/flows.ts'
import { knownClient } from '../authorize/known-client.ts'
import { csrfToken } from '../authorize/own-form.ts'
import type { OAuthAnswer, OAuthRequest } from '../http.ts'
import { basePath } from '../metadata/well-known.ts'
import { PATHS } from '../paths.ts'
import { findResource } from '../resource-url.ts'
import { fieldsOf } from './typed-credential.ts'

/** What the hidden field of the sign-in page's forms is about. */
export function aboutSignIn(flow: string): string {
  return `sign-in\n${flow}`
}

/** What went wrong with the last try. */
export interface FailedTry {
  /** `name` of the way. */
  readonly way: string
  readonly error: PosternError
  /** Who they say they are, to be filled in again; secrets never are. */
  readonly claimed?: string | undefined
}

/** Answers with the sign-in page of a flow. It names the client, whose request is checked anew. */
export async function showSignIn(
  open: OpenFlow,
  http: OAuthRequest,
  rooms: FlowRooms,
  failed?: FailedTry,
): Promise<OAuthAnswer> {
  const about = await aboutClient(open, http, rooms)
  const ways = rooms.surroundings.oauth().signIn
  const html = signInPage({
    product: productTitle(rooms.surroundings.config()),
    form: {
      action: basePath(rooms.surroundings.baseUrl()) + PATHS.signIn,
      flow: open.id,
      csrf: csrfToken(open.secret, aboutSignIn(open.id)),
    },
    ...about,
    ways: ways.map(way => toPageWay(way, failed?.way === way.name ? failed.claimed : undefined)),
    canDeny: about.client !== undefined,
    problem: failed && { text: wordsFor(failed.error), way: failed.way },
  })
  const wait = failed?.error.headers?.['Retry-After']
  return {
    status: failed === undefined ? 200 : statusFor(failed.error),
    ...(wait !== undefined && { headers: { 'retry-after': wait } }),
    body: { html },
  }
}

interface AboutClient {
  readonly client: PageClient | undefined
  readonly redirect: PageRedirect | undefined
  readonly server: PageServer | undefined
}

async function aboutClient({ flow }: OpenFlow, http: OAuthRequest, rooms: FlowRooms): Promise<AboutClient> {
  const { request } = flow
  if (request === undefined) return { client: undefined, redirect: undefined, server: undefined }
  const { client, target } = await knownClient(request.clientId, request.redirectUri, rooms, http)
  const config = rooms.surroundings.config()
  const found = findResource(request.resource, rooms.surroundings.baseUrl(), config.servers)
  return {
    client: { name: client.name, origin: client.origin, host: client.host },
    redirect: { kind: target.kind, shown: target.shown },
    server: { title: serverTitle(found?.server, config), url: request.resource },
  }
}

function toPageWay(way: SignInConfig, claimed: string | undefined): PageWay {
  const isTyped = way.type === 'product'
  return {
    name: way.name,
    title: way.title,
    fields: isTyped ? fieldsOf(way, claimed) : [],
    help: isTyped ? way.help : undefined,
  }
}

/** 401 would ask for a header. */
function statusFor({ status }: PosternError): number {
  return status === 401 ? 403 : status
}

/** For people: a time they can read instead of a header. */
function wordsFor({ code, message, headers }: PosternError): string {
  if (code !== 'too_many_attempts') return message
  const seconds = Number(headers?.['Retry-After'] ?? 60)
  const wait = seconds <= 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`
  return `Too many wrong credentials came from your network or for this user. Check yours, wait ${wait}, then try again.`
}
