import type { VerifyConfig } from '../config/schema.ts'
import { PosternError } from '../errors.ts'
import { type Answer, compileClaim } from './claim.ts'
import { claimedId, claimedList, isClaimedText } from './claimed-value.ts'

/** What an answer says about the caller. */
export interface VerifiedCaller {
  readonly subject: string
  readonly organization: string | undefined
  readonly roles: readonly string[]
  readonly scopes: readonly string[]
  /** What the answer says where `verify.identity` points; undefined where that is not configured. */
  readonly identity: string | undefined
  /** What people call the caller, where `verify.display` points and there is a text. */
  readonly display?: string
}

/** Where the configuration says that an answer has its caller. */
export type AnswerPlaces = Pick<
  VerifyConfig,
  'subject' | 'organization' | 'roles' | 'scopes' | 'identity' | 'display' | 'grant'
>

/**
 * Compiles the function that reads the caller out of the body of a 2xx answer.
 *
 * Only own members count. A subject (and an identity, where asked for) must be there; organisation, scopes
 * and roles may be missing, but not of another type. What an expression yields is held to the same.
 *
 * @returns a function that throws a PosternError `upstream_unavailable` for an answer that can't be understood: it
 * accepts nobody.
 */
export function createAnswerReader(places: AnswerPlaces): (body: unknown) => VerifiedCaller {
  const subject = compileId(places.subject, 'subject')
  const organization = compileId(places.organization, 'organization')
  const identity = compileId(places.identity, 'identity')
  const roles = compileList(places.roles, 'roles')
  const scopes = compileList(places.scopes, 'scopes')
  const display = places.display === undefined ? undefined : compilePlace(places.display)
  const granted = places.grant ?? []

  return body => {
    const answer: Answer = { body }
    const names = { subject: subject(answer), identity: identity(answer) }
    if (names.subject === undefined) throw unreadable(`no value at ${places.subject}`)
    if (places.identity !== undefined && names.identity === undefined) {
      throw unreadable(`no value at ${places.identity}`)
    }
    return {
      subject: names.subject,
      identity: names.identity,
      organization: organization(answer),
      roles: roles(answer),
      scopes: [...new Set([...granted, ...scopes(answer)])],
      ...named(display?.(answer)),
    }
  }
}

/** A caller without a name is as good as any other. */
function named(value: unknown): Pick<VerifiedCaller, 'display'> {
  return isClaimedText(value) ? { display: value } : {}
}

function compileId(place: string | undefined, what: string): (answer: Answer) => string | undefined {
  if (place === undefined) return () => undefined
  const claim = compilePlace(place)
  return answer => {
    const value = claim(answer)
    if (value === undefined) return undefined
    const id = claimedId(value)
    if (id === undefined) throw unreadable(`no usable ${what} at ${place}`)
    return id
  }
}

function compileList(place: string | undefined, what: string): (answer: Answer) => readonly string[] {
  if (place === undefined) return () => []
  const claim = compilePlace(place)
  return answer => {
    const value = claim(answer)
    if (value === undefined) return []
    const list = claimedList(value)
    if (list === undefined) throw unreadable(`no list of ${what} at ${place}`)
    return list.map(item => {
      if (isClaimedText(item)) return item
      throw unreadable(`the ${what} at ${place} are not all strings`)
    })
  }
}

/** Why an expression failed is not said: its error may quote the answer. */
function compilePlace(place: string): (answer: Answer) => unknown {
  const claim = compileClaim(place)
  return answer => {
    try {
      return claim(answer)
    } catch {
      throw unreadable(`${place} can’t be evaluated over the answer`)
    }
  }
}

function unreadable(detail: string): PosternError {
  return new PosternError('upstream_unavailable', { detail })
}
