import type { VerifyConfig } from '../config/schema.ts'
import { PosternError } from '../errors.ts'

/** What a product's answer says about the caller. */
export interface VerifiedCaller {
  readonly subject: string
  readonly organization: string | undefined
  readonly roles: readonly string[]
  readonly scopes: readonly string[]
  /** What the answer says where `verify.identity` points; undefined where that is not configured. */
  readonly identity: string | undefined
}

const LONGEST_VALUE = 256
const MOST_VALUES = 1_000
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u

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

/** The own member at a dotted path; undefined where there is none. */
function valueAt(body: unknown, path: string): unknown {
  let value = body
  for (const member of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, member)) return undefined
    value = Reflect.get(value, member)
  }
  return value ?? undefined
}

function readId(body: unknown, path: string, what: string): string | undefined {
  const value = valueAt(body, path)
  if (value === undefined) return undefined
  // A larger number has lost digits in JSON.parse and could be somebody else's.
  const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value
  if (typeof text !== 'string' || !isText(text)) throw unreadable(`no usable ${what} at ${path}`)
  return text
}

function readList(body: unknown, path: string | undefined, what: string): readonly string[] {
  if (path === undefined) return []
  const value = valueAt(body, path)
  if (value === undefined) return []
  const list: unknown = typeof value === 'string' ? value.split(' ').filter(part => part !== '') : value
  if (!Array.isArray(list) || list.length > MOST_VALUES) throw unreadable(`no list of ${what} at ${path}`)
  return list.map(item => {
    if (typeof item === 'string' && isText(item)) return item
    throw unreadable(`the ${what} at ${path} are not all strings`)
  })
}

function isText(value: string): boolean {
  return value.trim() !== '' && value.length <= LONGEST_VALUE && !UNPRINTABLE.test(value)
}

function unreadable(detail: string): PosternError {
  return new PosternError('upstream_unavailable', { detail })
}
