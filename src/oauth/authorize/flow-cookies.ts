import { hash } from 'node:crypto'
import { randomSecret } from '../../auth/mint-token.ts'
import type { OAuthRequest, SetCookie } from '../http.ts'

/**
 * The cookie that binds a flow to the browser that began it. Each flow has its own, so that windows don't disturb one
 * another; its name tells nothing of the flow, its value is known to nobody else.
 */
export interface FlowCookie {
  /** 192 random bits. */
  readonly secret: string
  readonly cookie: SetCookie
}

/** Flows of one browser at a time: their cookies come with every request. */
const MOST_FLOWS = 8
const NAME = /^flow_[\w-]{16}$/
/** The secret, and when the flow began in seconds, so that the oldest can make room. */
const VALUE = /^([\w-]{32})\.(\d{1,12})$/

/** A new flow's cookie. @param now - milliseconds since the epoch; @param lifetime - milliseconds */
export function newFlowCookie(flow: string, now: number, lifetime: number): FlowCookie {
  const secret = randomSecret()
  return { secret, cookie: flowCookie(flow, secret, now, lifetime) }
}

/** The cookie again, for longer. */
export function flowCookie(flow: string, secret: string, now: number, lifetime: number): SetCookie {
  return { name: nameOf(flow), value: `${secret}.${Math.floor(now / 1_000)}`, maxAge: lifetime }
}

/** The secret that this browser has of a flow; undefined where it has none. */
export function flowSecret(flow: string, cookies: OAuthRequest['cookies']): string | undefined {
  return VALUE.exec(cookies[nameOf(flow)] ?? '')?.[1]
}

/** Takes a flow's cookie away. */
export function withoutFlowCookie(flow: string): SetCookie {
  return { name: nameOf(flow), value: undefined }
}

/** Takes the oldest flows of a browser away that there is no room for beside a new one; those that are malformed first. */
export function makeRoomForFlow(cookies: OAuthRequest['cookies']): SetCookie[] {
  const known = flowNames(cookies).map(name => ({
    name,
    began: Number(VALUE.exec(cookies[name] ?? '')?.[2] ?? 0),
  }))
  const surplus = Math.max(0, known.length - MOST_FLOWS + 1)
  return known
    .toSorted((a, b) => a.began - b.began)
    .slice(0, surplus)
    .map(({ name }) => ({ name, value: undefined }))
}

/** Takes all flows of a browser away: whoever signs out leaves nothing to go on with. */
export function withoutFlows(cookies: OAuthRequest['cookies']): SetCookie[] {
  return flowNames(cookies).map(name => ({ name, value: undefined }))
}

function flowNames(cookies: OAuthRequest['cookies']): string[] {
  return Object.keys(cookies).filter(name => NAME.test(name))
}

function nameOf(flow: string): string {
  return `flow_${hash('sha256', `cookie\n${flow}`, 'base64url').slice(0, 16)}`
}
