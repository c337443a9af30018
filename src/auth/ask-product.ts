import type { VerifyConfig } from '../config/schema.ts'
import { PosternError } from '../errors.ts'
import { createAnswerReader } from './answer-reader.ts'
import { compileQuestion } from './product-question.ts'
import { refuseCredential } from './refuse-credential.ts'
import { retryAfter } from './retry-after.ts'
import type { Verified, VerifyingQuestion } from './verifying-question.ts'

/** Asks a product over HTTP; `upstream/` implements it. */
export type AskProduct = (question: {
  /** Name of the API; undefined for the first. */
  readonly api: string | undefined
  readonly method: string
  readonly path: string
  /** The credential, as presented or as the configuration maps it; lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | undefined
  readonly signal?: AbortSignal
}) => Promise<{
  readonly status: number
  readonly body: unknown
  /** The header Retry-After, as it came. */
  readonly retryAfter?: string | undefined
}>

/** What the product says about a credential that is not good. 404: "no such user". */
const REFUSALS: ReadonlySet<number> = new Set([401, 403, 404])

/**
 * Makes the question to the product itself. A 2xx answer that names a subject accepts, 401, 403 and 404 refuse;
 * everything else (5xx, 429, redirects, timeouts, an answer without a subject) says nothing about the credential.
 *
 * @param request as the configuration has it: `GET /v1/me`.
 */
export function createProductQuestion(
  request: string,
  verify: VerifyConfig,
  { ask, now }: { readonly ask: AskProduct; readonly now: () => number },
): VerifyingQuestion {
  const space = request.indexOf(' ')
  const [method, path] = [request.slice(0, space), request.slice(space + 1)]
  const question = compileQuestion(verify)
  const readAnswer = createAnswerReader(verify)

  return async (credential, signal): Promise<Verified> => {
    const answer = await ask({ api: verify.api, method, path, ...question(credential), signal })
    if (REFUSALS.has(answer.status)) refuseCredential('unknown')
    if (answer.status < 200 || answer.status > 299) {
      throw new PosternError('upstream_unavailable', {
        detail: `the product answered ${answer.status}`,
        headers: { 'Retry-After': retryAfter(answer.retryAfter, now()) },
      })
    }
    const caller = readAnswer(answer.body)
    if (!claimHolds(credential.claimed, caller.identity)) refuseCredential('mismatch')
    return { ...caller, expiresAt: undefined, client: undefined, issuedAt: undefined }
  }
}

/** Whether the answer names whom the header claims; without a claim or a configured identity there is nothing to check. */
function claimHolds(claimed: string | undefined, identity: string | undefined): boolean {
  if (claimed === undefined || identity === undefined) return true
  const isMail = claimed.includes('@') && identity.includes('@')
  return isMail ? folded(claimed) === folded(identity) : claimed.trim() === identity.trim()
}

/** ASCII case only: Unicode folding would make `K` (Kelvin) and `k` the same mailbox. */
function folded(mail: string): string {
  return mail.trim().replace(/[A-Z]/g, letter => letter.toLowerCase())
}
