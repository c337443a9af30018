import type { JSONWebKeySet } from 'jose'
import { isLoopback } from '../../config/loopback.ts'
import type { SchemeConfig } from '../../config/schema.ts'
import { fetchJson } from './fetch-json.ts'

export type KeySource = Pick<Extract<SchemeConfig, { type: 'jwt' }>, 'issuer' | 'jwks'>

/** Milliseconds for metadata and keys together. */
const TIMEOUT = 5_000
const MOST_KEYS = 100

/**
 * Fetches the public keys of an issuer, from the configured address or from the `jwks_uri` of its metadata
 * (OpenID Connect Discovery 1.0 section 4, RFC 8414 section 3). The metadata must be the issuer's own to the
 * letter, so that nobody's keys are taken for another's. It is asked for each time: an issuer may move its keys.
 *
 * @throws Error with the reason, for the log.
 */
export async function fetchKeys({ issuer, jwks }: KeySource): Promise<JSONWebKeySet> {
  const signal = AbortSignal.timeout(TIMEOUT)
  const url = jwks === undefined ? await discover(issuer, signal) : new URL(jwks)
  const { status, body } = await fetchJson(url, { signal })
  if (status !== 200) throw new Error(`${url.href} answered ${status}`)
  if (!isKeySet(body)) throw new Error(`${url.href} answered with no key set`)
  if (body.keys.length > MOST_KEYS) throw new Error(`${url.href} answered with more than ${MOST_KEYS} keys`)
  return body
}

async function discover(issuer: string, signal: AbortSignal): Promise<URL> {
  const failures: string[] = []
  for (const url of metadataUrls(issuer)) {
    const { status, body } = await fetchJson(url, { signal })
    if (status !== 200) {
      failures.push(`${url.href} answered ${status}`)
      continue
    }
    return keysAddress(body, issuer, url)
  }
  throw new Error(failures.join(', '))
}

function metadataUrls(issuer: string): readonly URL[] {
  const openid = new URL(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`)
  const oauth = new URL(issuer)
  oauth.pathname = `/.well-known/oauth-authorization-server${oauth.pathname.replace(/\/$/, '')}`
  return [openid, oauth]
}

function keysAddress(metadata: unknown, issuer: string, from: URL): URL {
  if (typeof metadata !== 'object' || metadata === null) throw new Error(`${from.href} is no metadata`)
  if (Reflect.get(metadata, 'issuer') !== issuer) throw new Error(`${from.href} is of another issuer`)
  const address: unknown = Reflect.get(metadata, 'jwks_uri')
  if (typeof address !== 'string' || !URL.canParse(address)) throw new Error(`${from.href} has no jwks_uri`)
  const url = new URL(address)
  const isSafe = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname))
  // An issuer elsewhere must not send us to a port of this machine.
  const isElsewhere = isLoopback(url.hostname) && !isLoopback(from.hostname)
  if (!isSafe || isElsewhere) throw new Error(`${from.href} has a jwks_uri that is not https`)
  return url
}

function isKeySet(value: unknown): value is JSONWebKeySet {
  if (typeof value !== 'object' || value === null) return false
  const keys: unknown = Reflect.get(value, 'keys')
  return (
    Array.isArray(keys) && keys.every(key => typeof key === 'object' && key !== null && !Array.isArray(key))
  )
}
