import { Agent, request } from 'undici'
import type { UpstreamCredentialConfig } from '../../config/schema.ts'

/** A configured credential of type `exchange`. */
export type ExchangeConfig = Extract<UpstreamCredentialConfig, { type: 'exchange' }>

/** What a token endpoint said to a token exchange. */
export type ExchangeAnswer =
  | { readonly kind: 'granted'; readonly token: string; readonly lifetime: number | undefined }
  /** The caller's token is not taken. `reason` is for the log. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** Nobody can say what would have become of it: no answer, not a good one, or this gateway is not let in. */
  | { readonly kind: 'failed'; readonly reason: string }

const LARGEST = 256 * 1_024
/** Longest token that is taken; what is longer fits no header. */
const LONGEST_TOKEN = 16_384
const GRANT = 'urn:ietf:params:oauth:grant-type:token-exchange'
/** RFC 8693 section 2.2.2 says `invalid_request` of a bad subject token, many say `invalid_grant`. */
const REFUSALS: ReadonlySet<unknown> = new Set(['invalid_grant', 'invalid_request'])

/**
 * Made here and not taken from the environment, so that no proxy variable can put somebody between us and the
 * provider. Connections are kept a little: where one caller's token is exchanged, others' are.
 */
const agent = new Agent({
  connections: 16,
  pipelining: 1,
  connect: { timeout: 5_000 },
  maxResponseSize: LARGEST,
})

/**
 * Exchanges a caller's token (RFC 8693 section 2). Over https, or http on loopback (the configuration's checks see to
 * that). One question, never repeated; redirects are not followed. Never rejects.
 *
 * @param signal - ends the question; so does `timeout`
 */
export async function askTokenEndpoint(
  config: ExchangeConfig,
  subjectToken: string,
  signal: AbortSignal,
): Promise<ExchangeAnswer> {
  try {
    const answer = await request(config.tokenEndpoint, {
      method: 'POST',
      dispatcher: agent,
      signal: AbortSignal.any([signal, AbortSignal.timeout(config.timeout)]),
      headers: {
        accept: 'application/json',
        'content-type': 'application/x-www-form-urlencoded',
        ...authorization(config),
      },
      body: formOf(config, subjectToken).toString(),
    })
    return readAnswer(answer.statusCode, parse(await answer.body.text()), config)
  } catch (error) {
    return failed(error instanceof Error ? error.message : String(error))
  }
}

function formOf(config: ExchangeConfig, subjectToken: string): URLSearchParams {
  const { audience, resource, scope, requestedTokenType, clientId, clientSecret } = config
  return new URLSearchParams({
    grant_type: GRANT,
    subject_token: subjectToken,
    subject_token_type: config.subjectTokenType,
    ...(audience !== undefined && { audience }),
    ...(resource !== undefined && { resource }),
    ...(scope !== undefined && { scope }),
    ...(requestedTokenType !== undefined && { requested_token_type: requestedTokenType }),
    ...(config.clientAuthentication === 'client_secret_post' && {
      client_id: clientId,
      client_secret: clientSecret,
    }),
  })
}

/** RFC 6749 section 2.3.1: both parts are form-encoded before they are joined. */
function authorization({ clientAuthentication, clientId, clientSecret }: ExchangeConfig) {
  if (clientAuthentication !== 'client_secret_basic') return {}
  const encode = (text: string) => new URLSearchParams([['', text]]).toString().slice(1)
  const pair = `${encode(clientId)}:${encode(clientSecret)}`
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` }
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}

function readAnswer(
  status: number,
  body: Readonly<Record<string, unknown>>,
  { requestedTokenType }: ExchangeConfig,
): ExchangeAnswer {
  if (status !== 200) {
    const reason = `answered ${status} ${nameOf(body.error)}`
    return status === 400 && REFUSALS.has(body.error) ? { kind: 'refused', reason } : failed(reason)
  }
  const { access_token: token, token_type: type, issued_token_type: issued, expires_in: seconds } = body
  if (typeof type !== 'string' || type.toLowerCase() !== 'bearer') return failed('gave no Bearer token')
  if (typeof token !== 'string' || token.length > LONGEST_TOKEN || !/^[\x21-\x7e]+$/.test(token)) {
    return failed('gave a token that fits no header')
  }
  if (requestedTokenType !== undefined && issued !== undefined && issued !== requestedTokenType) {
    return failed('gave a token of another type than was asked for')
  }
  if (seconds !== undefined && !(typeof seconds === 'number' && seconds >= 0)) {
    return failed('gave a token whose expires_in is no time')
  }
  return { kind: 'granted', token, lifetime: seconds === undefined ? undefined : seconds * 1_000 }
}

/** The error's code if it looks like one: whatever else stands there is not ours to log. */
function nameOf(error: unknown): string {
  return typeof error === 'string' && /^[a-z_]{1,64}$/.test(error) ? error : '(no error code)'
}

function failed(reason: string): ExchangeAnswer {
  return { kind: 'failed', reason }
}
