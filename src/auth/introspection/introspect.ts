import type { IntrospectionConfig } from '../../config/schema.ts'
import { PosternError } from '../../errors.ts'
import { type AnswerPlaces, createAnswerReader } from '../answer-reader.ts'
import { isClaimedText } from '../claimed-value.ts'
import { retryAfter } from '../retry-after.ts'
import type { VerifyingQuestion } from '../verifying-question.ts'
import { checkIntrospection, type IntrospectionAnswer } from './check-introspection.ts'
import { postForm } from './post-form.ts'

/**
 * Makes the question to an authorization server whether a token is active (RFC 7662), and for whom.
 *
 * Only a 200 with a JSON object whose `active` is true or false is an answer. A 401 is about the gateway's own
 * client and refuses nobody; a signed answer (RFC 9701) is not understood. See `check-introspection.ts` for what an
 * active token must be besides.
 */
export function createIntrospection(
  config: IntrospectionConfig,
  places: AnswerPlaces,
  { now }: { readonly now: () => number },
): VerifyingQuestion {
  const url = new URL(config.url)
  const { headers, fields } = clientAuthentication(config)
  const readAnswer = createAnswerReader(places)

  return async ({ token }, signal) => {
    if (token === undefined) throw new Error('only a bearer token can be introspected')
    const answer = await postForm(
      url,
      { token, token_type_hint: config.tokenTypeHint, ...fields },
      { headers, signal: AbortSignal.any([signal, AbortSignal.timeout(config.timeout)]) },
    )
    if (answer.status !== 200) {
      throw new PosternError('upstream_unavailable', {
        detail: `it answered ${answer.status}`,
        headers: { 'Retry-After': retryAfter(answer.retryAfter, now()) },
      })
    }
    const claims = checkIntrospection(answer.body, config, now())
    return { ...readAnswer(claims.body), ...claims.validity, client: clientOf(claims.body) }
  }
}

function clientOf(body: IntrospectionAnswer): string | undefined {
  const client = Object.hasOwn(body, 'client_id') ? body.client_id : undefined
  return isClaimedText(client) ? client : undefined
}

/** RFC 6749 section 2.3.1: the two halves are form-encoded before they are joined. */
function clientAuthentication({
  clientId,
  clientSecret,
  clientAuthentication: method,
}: IntrospectionConfig): {
  readonly headers: Readonly<Record<string, string>>
  readonly fields: Readonly<Record<string, string>>
} {
  if (method === 'client_secret_post') {
    return { headers: {}, fields: { client_id: clientId, client_secret: clientSecret } }
  }
  const pair = `${formEncoded(clientId)}:${formEncoded(clientSecret)}`
  return { headers: { authorization: `Basic ${Buffer.from(pair).toString('base64')}` }, fields: {} }
}

function formEncoded(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice(1)
}
