import { z } from 'zod'
import type { AuthorizationRequest } from '../grant.ts'
import { readRecord } from '../read-record.ts'
import { type KeptPerson, keptPersonSchema } from '../sign-in/kept-person.ts'

/**
 * What is known of a person's way from a client's request to their answer, or to their own connections: the record
 * `flow:<SHA-256 of its id>`. It is bound to the browser that began it by that browser's cookie.
 */
export interface Flow {
  /** SHA-256 of the cookie's secret, base64url. */
  readonly browser: string
  /** What the client asks for; undefined where the person signs in for themselves. */
  readonly request: AuthorizationRequest | undefined
  /** When it ends, in milliseconds since the epoch. */
  readonly endsAt: number
  /** Who has signed in for it; their credential is sealed with the cookie's secret. */
  readonly person: KeptPerson | undefined
  /** Signing in at an identity provider, begun and not yet used. */
  readonly attempt: Attempt | undefined
}

/** A trip to an identity provider. */
export interface Attempt {
  /** `name` of the way. */
  readonly way: string
  /** Random: state, nonce and PKCE verifier are derived from it and the cookie's secret. */
  readonly id: string
}

/** How long a flow waits for a person, in milliseconds; again after they have signed in. */
export const FLOW_LIFETIME = 10 * 60_000

const flowSchema = z.strictObject({
  browser: z.string(),
  request: z
    .strictObject({
      clientId: z.string(),
      redirectUri: z.string(),
      state: z.string().optional(),
      codeChallenge: z.string(),
      scopes: z.array(z.string()),
      resource: z.string(),
      prompt: z.array(z.string()),
    })
    .optional(),
  endsAt: z.int(),
  person: keptPersonSchema.optional(),
  attempt: z.strictObject({ way: z.string(), id: z.string() }).optional(),
})

/** As the store keeps it. */
export function writeFlow({ request, ...rest }: Flow): string {
  return JSON.stringify({ ...rest, ...(request && { request: { ...request, prompt: [...request.prompt] } }) })
}

/** What the store kept; undefined where it is no flow of this version. */
export function readFlow(text: string): Flow | undefined {
  const data = readRecord(flowSchema, text)
  if (data === undefined) return undefined
  const { browser, endsAt, person, attempt, request } = data
  return Object.freeze({
    browser,
    endsAt,
    person,
    attempt,
    request: request && { ...request, state: request.state, prompt: new Set(request.prompt) },
  })
}
