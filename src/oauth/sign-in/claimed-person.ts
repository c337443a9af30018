import { claimedValue, isClaimedText } from '../../auth/claimed-value.ts'
import { readClaims } from '../../auth/jwt/read-claims.ts'
import type { JsonObject } from '../../auth/jwt/read-jwt.ts'
import { PosternError } from '../../errors.ts'
import { oauthError } from '../oauth-error.ts'
import type { Person } from '../person.ts'
import { personPrincipal } from '../person-principal.ts'
import type { OidcSignIn } from './providers.ts'

/**
 * What is not in an ID token and may be in the answer of the UserInfo endpoint: what the person's rights follow from, or
 * only a name to show.
 */
export function missingClaims(claims: JsonObject, way: OidcSignIn): 'rights' | 'name' | 'none' {
  const places = [way.subject, way.organization, way.roles, way.scopes]
  const isMissing = (place: string | undefined) =>
    place !== undefined && !Object.hasOwn(claims, place) && claimedValue(claims, place) === undefined
  if (places.some(isMissing)) return 'rights'
  return nameIn(claims) === undefined ? 'name' : 'none'
}

/**
 * The person that verified claims are about, if they may sign in.
 *
 * @throws PosternError `oauth_sign_in_failed`
 */
export function readPerson(claims: JsonObject, way: OidcSignIn): Person {
  const caller = read(claims, way)
  // An address that nobody has verified may be somebody else's. Some providers say it as a text.
  const { email_verified: verified = true } = claims
  if (way.subject === 'email' && verified !== true && verified !== 'true') {
    throw oauthError(
      'oauth_sign_in_failed',
      `${way.title} has not verified your e-mail address, so it can’t say who you are here. Have it verified there, then try again.`,
    )
  }
  const person: Person = Object.freeze({
    subject: caller.subject,
    organization: caller.organization,
    roles: caller.roles,
    scopes: way.grant ?? (way.scopes === undefined ? undefined : caller.scopes),
    display: nameIn(claims) ?? caller.subject,
    way: way.name,
    credential: undefined,
  })
  if (way.when !== undefined && way.when.evaluate(personPrincipal(person)) !== true) {
    throw oauthError(
      'oauth_sign_in_failed',
      `${way.title} knows you, but this server lets only some people in. An administrator can say who.`,
    )
  }
  return person
}

function read(claims: JsonObject, way: OidcSignIn): ReturnType<typeof readClaims> {
  try {
    const { subject, organization, roles, scopes = '' } = way
    return readClaims(claims, { subject, organization, roles, scopes, grant: undefined })
  } catch (error) {
    if (!(error instanceof PosternError)) throw error
    throw oauthError(
      'oauth_sign_in_failed',
      `${way.title} did not say who you are in a way that can be used here. Tell your administrator.`,
      { detail: error.message },
    )
  }
}

function nameIn(claims: JsonObject): string | undefined {
  return ['email', 'preferred_username', 'name']
    .map(name => (Object.hasOwn(claims, name) ? claims[name] : undefined))
    .find(isClaimedText)
}
