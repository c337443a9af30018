import type { VerifyConfig } from '../config/schema.ts'
import { PosternError } from '../errors.ts'
import { claimedId, claimedList, claimedValue, isClaimedText } from './claimed-value.ts'

/** What a product's answer says about the caller. */
export interface VerifiedCaller {
  readonly subject: string
  readonly organization: string | undefined
  readonly roles: readonly string[]
  readonly scopes: readonly string[]
  /** What the answer says where `verify.identity` points; undefined where that is not configured. */
  readonly identity: string | undefined
}

/**
 * Reads the caller out of the body of a 2xx answer, at the dotted paths of the configuration.
 *
 * Only own members count. A subject (and an identity, where asked for) must be there; organisation, scopes
 * and roles may be missing, but not of another type.
 *
 * @throws PosternError `upstream_unavailable` for an answer that can't be understood: it accepts nobody.
 */
export function readAnswer(body: unknown, config: VerifyConfig): VerifiedCaller {
  const subject = readId(body, config.subject, 'subject')
  const identity = config.identity === undefined ? undefined : readId(body, config.identity, 'identity')
  if (subject === undefined || (config.identity !== undefined && identity === undefined)) {
    throw unreadable(`no value at ${subject === undefined ? config.subject : config.identity}`)
  }
  return {
    subject,
    identity,
    organization:
      config.organization === undefined ? undefined : readId(body, config.organization, 'organization'),
    roles: readList(body, config.roles, 'roles'),
    scopes: [...new Set([...(config.grant ?? []), ...readList(body, config.scopes, 'scopes')])],
  }
}

function readId(body: unknown, path: string, what: string): string | undefined {
  const value = claimedValue(body, path)
  if (value === undefined) return undefined
  const id = claimedId(value)
  if (id === undefined) throw unreadable(`no usable ${what} at ${path}`)
  return id
}

function readList(body: unknown, path: string | undefined, what: string): readonly string[] {
  const value = path === undefined ? undefined : claimedValue(body, path)
  if (value === undefined) return []
  const list = claimedList(value)
  if (list === undefined) throw unreadable(`no list of ${what} at ${path}`)
  return list.map(item => {
    if (isClaimedText(item)) return item
    throw unreadable(`the ${what} at ${path} are not all strings`)
  })
}

function unreadable(detail: string): PosternError {
  return new PosternError('upstream_unavailable', { detail })
}
