import { isClaimedText } from '../../auth/claimed-value.ts'
import type { SignInConfig } from '../../config/schema.ts'
import { createAddressRanges } from '../../mcp/address-ranges.ts'
import type { OAuthRequest } from '../http.ts'
import { oauthError } from '../oauth-error.ts'
import { oncePer } from '../once-per.ts'
import type { Person } from '../person.ts'
import { personPrincipal } from '../person-principal.ts'

/** The way of signing in by a header of an authenticating proxy in front. */
export type ProxySignIn = Extract<SignInConfig, { type: 'proxy' }>

/**
 * Signs in whom the authenticating proxy names.
 *
 * @throws PosternError `oauth_sign_in_failed` where it names nobody, or nobody who may come in
 */
export function signInByProxy(way: ProxySignIn, request: OAuthRequest): Person {
  const person = namedByProxy(way, request)
  if (person === undefined) {
    throw oauthError('oauth_sign_in_failed', NOT_NAMED, {
      detail: isFromProxy(way, request.peer)
        ? `the header ${way.subject} is missing, empty or names more than one`
        : 'the connection does not come from an address of `from`',
    })
  }
  if (way.when !== undefined && way.when.evaluate(personPrincipal(person)) !== true) {
    throw oauthError(
      'oauth_sign_in_failed',
      'You are signed in, but this server lets only some people in. An administrator can say who.',
    )
  }
  return person
}

const NOT_NAMED =
  'The proxy in front of this server did not say who you are. Open the address that your company gave you for it; if that does not help, tell your administrator.'

/**
 * Whom the proxy names in this request. Its headers count only on a connection that comes from it, whatever
 * X-Forwarded-For says: everybody else can write them. Two values in one header are nobody, as each reader would take
 * another one.
 */
export function namedByProxy(way: ProxySignIn, { headers, peer }: OAuthRequest): Person | undefined {
  if (!isFromProxy(way, peer)) return undefined
  const subject = readOne(headers[way.subject.toLowerCase()])
  if (subject === undefined) return undefined
  const organization = way.organization && headers[way.organization.toLowerCase()]
  const ownOrganization = readOne(organization)
  // A tenant that can't be read is not none.
  if (organization !== undefined && organization !== '' && ownOrganization === undefined) return undefined
  return Object.freeze({
    subject,
    organization: ownOrganization,
    roles: readList(way.roles && headers[way.roles.toLowerCase()]),
    scopes: way.grant,
    display: subject,
    way: way.name,
    credential: undefined,
  })
}

function isFromProxy(way: ProxySignIn, peer: string | undefined): boolean {
  return peer !== undefined && rangesOf(way)(peer)
}

const rangesOf = oncePer(({ from }: ProxySignIn) => createAddressRanges(from))

/** Header values come as Latin-1: what a proxy wrote as UTF-8 would be another name here than elsewhere. */
function readOne(value: string | undefined): string | undefined {
  const text = value?.trim()
  return isClaimedText(text) && PLAIN.test(text) ? text : undefined
}

const PLAIN = /^[\x21-\x2b\x2d-\x7e](?:[\x20-\x2b\x2d-\x7e]*[\x21-\x2b\x2d-\x7e])?$/

function readList(value: string | undefined): readonly string[] {
  const items = (value ?? '').split(',').map(item => item.trim())
  return Object.freeze([...new Set(items.filter(item => isClaimedText(item)))].slice(0, MOST_ROLES))
}

const MOST_ROLES = 1_000
