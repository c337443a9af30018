/** A gateway with the administration's API in front of the demo product, and what tests need to ask it. */
import { createHmac } from 'node:crypto'
import type { Test } from 'tap'
import type { Config } from '../../src/config/config.ts'
import type { AdminConfig } from '../../src/config/schema.ts'
import { type Built, build } from '../build.ts'

export const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
export const OLDER_SECRET = `whsec_${Buffer.alloc(24, 9).toString('base64')}`

export const ADMIN: AdminConfig = {
  path: '/admin',
  role: 'operator',
  auth: ['token'],
  webhook: { secrets: [SECRET, OLDER_SECRET] },
}

/** What came back. */
export interface Answered {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: tests read into answers of any shape
  readonly body: any
}

export interface AdminGateway extends Built {
  /** A token with the role. */
  readonly operator: string
  /** Asks the API; `/revocations` is below its path. */
  readonly ask: (method: string, path: string, options?: AskOptions) => Promise<Answered>
}

export interface AskOptions {
  /** Sent as JSON; a text or bytes as they are. */
  readonly body?: unknown
  /** Default: the operator's; null sends none. */
  readonly token?: string | null
  readonly headers?: Record<string, string>
}

export async function adminGateway(
  t: Test,
  change: (config: Config) => Config = config => config,
): Promise<AdminGateway> {
  const built = await build(t, config => change({ ...config, admin: ADMIN }))
  const { token: operator } = await built.mint(['read:*'], { roles: ['operator'], subject: 'root' })
  return {
    ...built,
    operator,
    async ask(method, path, { body, token = operator, headers = {} } = {}) {
      const isRaw = typeof body === 'string' || body instanceof Uint8Array
      const response = await fetch(`${built.origin}${ADMIN.path}${path}`, {
        method,
        headers: {
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...(token !== null && { authorization: `Bearer ${token}` }),
          ...headers,
        },
        ...(body !== undefined && { body: isRaw ? body : JSON.stringify(body) }),
      })
      const text = await response.text()
      return {
        status: response.status,
        headers: response.headers,
        body: text === '' ? undefined : JSON.parse(text),
      }
    },
  }
}

/** The headers of a signed message, as the Standard Webhooks specification has them. */
export function signed(
  body: string,
  { id = 'msg_1', at = Math.floor(Date.now() / 1_000), secret = SECRET } = {},
): Record<string, string> {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
  const signature = createHmac('sha256', key).update(`${id}.${at}.${body}`).digest('base64')
  return { 'webhook-id': id, 'webhook-timestamp': String(at), 'webhook-signature': `v1,${signature}` }
}
