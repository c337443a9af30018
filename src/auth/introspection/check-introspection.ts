import type { IntrospectionConfig } from '../../config/schema.ts'
import { PosternError } from '../../errors.ts'
import { refuseCredential } from '../refuse-credential.ts'

/** A parsed JSON object; only own members count. */
export type IntrospectionAnswer = Readonly<Record<string, unknown>>

/** An answer about a token that is active and meant for this server. */
export interface CheckedIntrospection {
  readonly body: IntrospectionAnswer
  readonly validity: {
    /** `exp` in milliseconds since the epoch; undefined where the answer has none. */
    readonly expiresAt: number | undefined
    /** The earliest time at which the token can have been issued, by `iat` and another clock's difference. */
    readonly issuedAt: number | undefined
  }
}

/** By how much the other server's clock may be ahead, in milliseconds. Nothing is taken longer because of it. */
const CLOCK_SKEW = 30_000
/** What servers call access tokens in `token_type` (RFC 6749 section 7.1), `typ` (Keycloak) and `token_use`. */
const ACCESS_TOKEN =
  /^(?:bearer|access|access[-_]token|at\+jwt|jwt|urn:ietf:params:oauth:token-type:access_token)$/i

/**
 * Checks an introspection answer (RFC 7662 section 2.2): that the token is active, is within its times, is a bearer
 * access token as far as the answer says, and comes from, is meant for, and was issued to whom the configuration
 * names. What the configuration expects and the answer leaves out refuses.
 *
 * @param now milliseconds since the epoch.
 * @throws PosternError `invalid_token` for a token that is not good; `upstream_unavailable` for an answer that can't
 * be understood.
 */
export function checkIntrospection(
  body: unknown,
  config: IntrospectionConfig,
  now: number,
): CheckedIntrospection {
  if (!isObject(body)) throw unreadable('its answer is no JSON object')
  const active = own(body, 'active')
  if (active === false) refuseCredential('inactive')
  if (active !== true) throw unreadable('its answer does not say whether the token is active')
  checkKind(body)
  checkParties(body, config)
  return { body, validity: checkTimes(body, now) }
}

/** A token that is bound to a key of its client (RFC 7800, RFC 9449) is no bearer token. */
function checkKind(body: IntrospectionAnswer): void {
  if (own(body, 'cnf') !== undefined) refuseCredential('kind')
  for (const name of ['token_type', 'typ', 'token_use']) {
    const kind = own(body, name)
    if (kind !== undefined && (typeof kind !== 'string' || !ACCESS_TOKEN.test(kind))) refuseCredential('kind')
  }
}

function checkParties(body: IntrospectionAnswer, { issuer, audience, clients }: IntrospectionConfig): void {
  if (issuer !== undefined && own(body, 'iss') !== issuer) refuseCredential('foreign')
  if (audience !== undefined && !isMeantFor(own(body, 'aud'), [audience].flat())) refuseCredential('foreign')
  const client = own(body, 'client_id')
  if (clients !== undefined && !clients.some(known => known === client)) refuseCredential('foreign')
}

function isMeantFor(aud: unknown, expected: readonly string[]): boolean {
  const named: readonly unknown[] = Array.isArray(aud) ? aud : [aud]
  return named.every(name => typeof name === 'string') && named.some(name => expected.includes(name))
}

function checkTimes(body: IntrospectionAnswer, now: number): CheckedIntrospection['validity'] {
  const expiresAt = timeOf(body, 'exp')
  if (expiresAt !== undefined && !(now < expiresAt)) refuseCredential('inactive')
  const notBefore = timeOf(body, 'nbf')
  if (notBefore !== undefined && notBefore > now + CLOCK_SKEW) refuseCredential('early')
  const issued = timeOf(body, 'iat')
  return { expiresAt, issuedAt: issued === undefined ? undefined : issued - CLOCK_SKEW }
}

/** A NumericDate (RFC 7519 section 2) in milliseconds; undefined where it is missing. */
function timeOf(body: IntrospectionAnswer, name: 'exp' | 'nbf' | 'iat'): number | undefined {
  const value = own(body, name)
  if (value === undefined) return undefined
  // The bound keeps the result a moment that a Date can hold; 1e999 is Infinity after parsing.
  if (typeof value !== 'number' || !(value >= 0 && value <= 8_640_000_000_000)) {
    throw unreadable(`its answer’s ${name} is no time`)
  }
  return Math.floor(value * 1_000)
}

function own(body: IntrospectionAnswer, name: string): unknown {
  return Object.hasOwn(body, name) ? (body[name] ?? undefined) : undefined
}

function isObject(value: unknown): value is IntrospectionAnswer {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function unreadable(detail: string): PosternError {
  return new PosternError('upstream_unavailable', { detail })
}
