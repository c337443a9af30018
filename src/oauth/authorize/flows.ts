import { hash } from 'node:crypto'
import { randomSecret } from '../../auth/mint-token.ts'
import type { PosternError } from '../../errors.ts'
import type { RecordKey } from '../../store/records.ts'
import type { Store } from '../../store/store.ts'
import type { OAuthRequest, SetCookie } from '../http.ts'
import { isSame } from '../is-same.ts'
import { oauthError } from '../oauth-error.ts'
import { chargeFlow } from './charge-flow.ts'
import { FLOW_LIFETIME, type Flow, readFlow, writeFlow } from './flow.ts'
import { flowSecret, makeRoomForFlow, newFlowCookie } from './flow-cookies.ts'

/** A flow in the browser that began it. */
export interface OpenFlow {
  /** 192 random bits, in addresses and forms; worth nothing without the cookie. */
  readonly id: string
  /** The cookie's. */
  readonly secret: string
  readonly flow: Flow
  /** As read, for the next commit. */
  readonly text: string
}

/** The flows of this installation. */
export interface Flows {
  /** Begins one. `personOf` makes who has signed in already, sealed with the new cookie's secret for the new id. @throws PosternError `rate_limited` */
  begin(
    request: OAuthRequest,
    asked: Flow['request'],
    personOf: (secret: string, id: string) => Flow['person'],
  ): Promise<{ readonly id: string; readonly cookies: readonly SetCookie[] }>
  /** The flow of this id. @throws PosternError `oauth_flow_ended` where it ended or belongs to another browser */
  open(id: string | undefined, request: OAuthRequest): Promise<OpenFlow>
  /**
   * Changes it, as it is now; `change` answers undefined where there is nothing left to change.
   *
   * @throws PosternError `oauth_flow_ended`
   */
  change(open: OpenFlow, change: (flow: Flow) => Flow | undefined): Promise<OpenFlow>
  /** Ends it: of all who answer it at the same time one succeeds. @throws PosternError `oauth_flow_ended` */
  consume(open: OpenFlow): Promise<void>
}

/** Other windows and impatient fingers may change a flow meanwhile. */
const MOST_TRIES = 4
const ID = /^[\w-]{32}$/

/** Makes the flows of a store. */
export function createFlows({
  store,
  now,
}: {
  readonly store: Pick<Store, 'getRecord' | 'commit' | 'spend'>
  readonly now: () => number
}): Flows {
  async function read(id: string, secret: string): Promise<OpenFlow> {
    const text = await store.getRecord(keyOf(id))
    const flow = text === undefined ? undefined : readFlow(text)
    if (text === undefined || flow === undefined || flow.endsAt <= now()) throw ended('is gone')
    if (!isSame(digestOf(secret), flow.browser)) throw ended('is bound to another cookie')
    return { id, secret, flow, text }
  }

  return {
    async begin(request, asked, personOf) {
      await chargeFlow(store, request.from)
      const id = randomSecret()
      const { secret, cookie } = newFlowCookie(id, now(), FLOW_LIFETIME)
      const endsAt = now() + FLOW_LIFETIME
      const flow = {
        browser: digestOf(secret),
        request: asked,
        endsAt,
        person: personOf(secret, id),
        attempt: undefined,
      }
      await store.commit([
        { key: keyOf(id), before: undefined, after: writeFlow(flow), expiresAt: endsAt, once: true },
      ])
      return { id, cookies: [...makeRoomForFlow(request.cookies), cookie] }
    },

    async open(id, { cookies }) {
      if (id === undefined || !ID.test(id)) throw ended('is not named')
      const secret = flowSecret(id, cookies)
      if (secret === undefined) throw ended('is unknown to this browser')
      return read(id, secret)
    },

    async change(open, change) {
      for (let tries = 0, at = open; tries < MOST_TRIES; tries++) {
        const next = change(at.flow)
        if (next === undefined) throw ended('was answered meanwhile')
        const [key, text] = [keyOf(at.id), writeFlow(next)]
        const isDone = await store.commit([{ key, before: at.text, after: text, expiresAt: next.endsAt }])
        if (isDone) return { ...at, flow: next, text }
        at = await read(at.id, at.secret)
      }
      throw ended('is changed again and again')
    },

    async consume({ id, text }) {
      const isDone = await store.commit([{ key: keyOf(id), before: text, after: undefined }])
      if (!isDone) throw ended('was answered meanwhile')
    },
  }
}

/** Where a flow's sealed credential belongs. */
export function flowPlace(id: string): string {
  return keyOf(id)
}

function keyOf(id: string): RecordKey {
  return `flow:${digestOf(id)}`
}

function digestOf(secret: string): string {
  return hash('sha256', secret, 'base64url')
}

function ended(detail: string): PosternError {
  return oauthError('oauth_flow_ended', undefined, { detail: `the flow ${detail}` })
}
