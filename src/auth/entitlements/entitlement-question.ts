import { pathTextProblem } from '../../catalogue/paths/path-text.ts'
import type { EntitlementsConfig } from '../../config/schema.ts'
import type { AskProduct } from '../ask-product.ts'
import type { Authenticated } from '../principal.ts'
import { createEntitlementReader, type Entitlements } from './entitlement-reader.ts'

/** Headers that a caller's calls to the asked API present, lower-case names. Rejects where there are none. */
export type CallCredentials = (
  caller: Authenticated,
  signal: AbortSignal,
) => { readonly headers: CredentialHeaders } | Promise<{ readonly headers: CredentialHeaders }>

type CredentialHeaders = Readonly<Record<string, string>>

/** What the question is asked through. */
export interface QuestionRooms {
  /** Asks the product; follows no redirects and ends in time. */
  readonly ask: AskProduct
  /** Which backend is asked about a caller, by a name that {@link ask} knows; undefined where there is none for them. */
  readonly backendOf: (caller: Authenticated) => string | undefined
  /** What calls to the asked API present. */
  readonly credentials: CallCredentials
}

/** Asks the product what a caller may; rejects with the reason, for the log, where it doesn't say. */
export type EntitlementQuestion = (caller: Authenticated, signal: AbortSignal) => Promise<Entitlements>

/**
 * Makes the question to the product: asked with what the caller's calls present, so that the answer is about the
 * caller. Only a 2xx answer that can be read says something; a refusal (401, 403), a redirect and everything else do not.
 */
export function createEntitlementQuestion(
  config: EntitlementsConfig,
  { ask, backendOf, credentials }: QuestionRooms,
): EntitlementQuestion {
  const space = config.request.indexOf(' ')
  const [method, template] = [config.request.slice(0, space), config.request.slice(space + 1)]
  const fill = compilePath(template)
  const read = createEntitlementReader(config)

  return async (caller, signal) => {
    const path = fill(caller)
    const api = backendOf(caller)
    if (api === undefined) throw new Error('the caller is of no tenant')
    const { headers } = await credentials(caller, signal)
    const { status, body } = await ask({ api, method, path, headers, signal })
    if (status < 200 || status > 299) throw new Error(`the product answered ${status}`)
    const found = read(body)
    if (found === undefined) throw new Error('the product’s answer can’t be read')
    return found
  }
}

const PLACEHOLDER = /\{(subject|organization)\}/

/** What is filled in stays one part of the path or one value of the query, whatever a subject is called. */
function compilePath(template: string): (caller: Authenticated) => string {
  const parts = template.split(PLACEHOLDER)
  if (parts.length === 1) return () => template
  const queryAt = parts.findIndex((part, index) => index % 2 === 0 && part.includes('?'))
  const isInPath = (index: number) => queryAt < 0 || index < queryAt
  return ({ principal }) =>
    parts.map((part, index) => (index % 2 === 0 ? part : encode(principal, part, isInPath(index)))).join('')
}

function encode(
  { subject, organization }: Authenticated['principal'],
  name: string,
  isInPath: boolean,
): string {
  const value = name === 'subject' ? subject : organization
  if (value === undefined) throw new Error('the caller has no organization')
  // Encoded or not, some servers take it for a step, and the question for one about somebody else.
  if (isInPath && pathTextProblem(value) !== undefined)
    throw new Error(`the caller’s ${name} can’t stand in a path`)
  return encodeURIComponent(value.toWellFormed())
}
