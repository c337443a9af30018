import type { LoadedDocument } from '../../catalogue/document/load-document.ts'
import { createResolver, type ResolveReference } from '../../catalogue/document/resolve-reference.ts'
import { isJsonObject } from '../../catalogue/is-json-object.ts'
import { type ListedOperation, objectAt } from './list-operations.ts'

/** The operation that answers who is calling, and where its answer says what (dotted paths). */
export interface CallerOperation {
  readonly operation: ListedOperation
  readonly subject: string
  readonly organization: string | undefined
  readonly roles: string | undefined
  readonly scopes: string | undefined
  /** Where the answer repeats an e-mail address or a user name, by what it is. */
  readonly identities: Readonly<Record<'email' | 'user', string | undefined>>
}

/**
 * Finds the operation of a product that tells a caller who it is: a GET that needs nothing but a credential,
 * is named or placed like one, and answers with an object that has an id. An operation that anybody may call
 * is never taken: with it every token would be good.
 */
export function findCaller(
  { document, files }: LoadedDocument,
  operations: readonly ListedOperation[],
): CallerOperation | undefined {
  const resolve = createResolver(document, files)
  const candidates = operations
    .filter(
      operation => operation.method === 'GET' && operation.needsNothing && operation.security.length > 0,
    )
    .filter(({ path }) => /^\/\S*$/.test(path) && !/\/\/|[\\#?]|\/\.{1,2}(?:\/|$)/.test(path))
    .map(operation => ({ operation, rank: rank(operation) }))
    .filter(({ rank }) => rank !== -1)
    .toSorted((a, b) => a.rank - b.rank)
  for (const { operation } of candidates) {
    const paths = collectPaths(resolve, operation.answer)
    const subject = first(paths, SUBJECTS, isScalar)
    if (subject === undefined) continue
    return {
      operation,
      subject,
      organization: first(paths, ORGANIZATIONS, isScalar),
      roles: first(paths, ROLES, isList),
      scopes: first(paths, SCOPES, isList),
      identities: {
        email: first(paths, ['email', 'email_address', 'emailAddress'], isScalar),
        user: first(paths, USERS, isScalar),
      },
    }
  }
  return undefined
}

const OPERATIONS = [
  /^(?:get)?(?:me|whoami|self|currentuser|authenticateduser|loggedinuser|myself)$/,
  /^(?:user|users|account|auth|get|read|fetch|show|retrieve).{0,12}(?:me|whoami|self|currentuser|authenticated|current|myself)$/,
  /^(?:get|read|fetch|show|retrieve)?(?:my)?(?:userinfo|profile|account|user)$/,
]
const PATHS = [
  /\/(?:me|whoami|self|myself)$/i,
  /\/(?:users?|accounts?|auth)\/(?:me|self|current|whoami)$/i,
  /\/(?:current[-_]?user|user[-_]?info)$/i,
  /\/(?:user|account|profile)$/i,
]

/** Lower is likelier; −1 is not at all. */
function rank({ operationId, path }: ListedOperation): number {
  const name = (operationId ?? '').toLowerCase().replace(/[^a-z]/g, '')
  const byPath = PATHS.findIndex(pattern => pattern.test(path))
  if (byPath !== -1) return byPath
  const byName = OPERATIONS.findIndex(pattern => pattern.test(name))
  return byName === -1 ? -1 : byName + PATHS.length
}

/** Members that answers are often wrapped in; what is looked for may lie below them. */
const WRAPPERS = [
  '',
  'data.',
  'user.',
  'me.',
  'account.',
  'profile.',
  'result.',
  'viewer.',
  'data.attributes.',
  'data.user.',
  'current_user.',
]
const SUBJECTS = ['id', 'uuid', 'sub', 'user_id', 'userId', 'gid', 'username', 'login', 'email']
const USERS = ['username', 'user_name', 'userName', 'login']
const TENANTS = ['organization', 'organisation', 'org', 'tenant', 'company']
const ORGANIZATIONS = TENANTS.flatMap(name => [`${name}.id`, `${name}.uuid`, `${name}_id`, `${name}Id`, name])
const ROLES = ['roles', 'role']
const SCOPES = [
  'scopes',
  'scope',
  'token.scopes',
  'token.scope',
  'credential.scopes',
  'api_key.scopes',
  'access_token.scopes',
]

type Kind = 'scalar' | 'strings' | 'other'
const isScalar = (kind: Kind) => kind === 'scalar'
const isList = (kind: Kind) => kind !== 'other'

function first(
  paths: ReadonlyMap<string, Kind>,
  names: readonly string[],
  fits: (kind: Kind) => boolean,
): string | undefined {
  for (const wrapper of WRAPPERS) {
    for (const name of names) {
      const kind = paths.get(wrapper + name)
      if (kind !== undefined && fits(kind)) return wrapper + name
    }
  }
  return undefined
}

const DEEPEST = 3

/** The members of an answer by dotted path, with what they hold. */
function collectPaths(resolve: ResolveReference, schema: unknown): ReadonlyMap<string, Kind> {
  const found = new Map<string, Kind>()
  const walk = (value: unknown, prefix: string, depth: number) => {
    for (const [name, property] of properties(resolve, value, 0)) {
      if (name.includes('.') || found.has(prefix + name)) continue
      found.set(prefix + name, kindOf(resolve, property))
      if (depth < DEEPEST) walk(property, `${prefix}${name}.`, depth + 1)
    }
  }
  walk(schema, '', 1)
  return found
}

/** The properties of a schema, those of its branches included. */
function properties(
  resolve: ResolveReference,
  schema: unknown,
  depth: number,
): readonly (readonly [string, unknown])[] {
  const found = objectAt(resolve, schema)
  if (found === undefined || depth > DEEPEST) return []
  const own = isJsonObject(found.properties) ? Object.entries(found.properties) : []
  const branches = [found.allOf, found.anyOf, found.oneOf].flatMap(list => (Array.isArray(list) ? list : []))
  return [...own, ...branches.flatMap(branch => properties(resolve, branch, depth + 1))]
}

function kindOf(resolve: ResolveReference, schema: unknown): Kind {
  const found = objectAt(resolve, schema)
  if (found === undefined) return 'other'
  const types = [found.type].flat().filter(type => type !== 'null')
  if (types.length === 0 && isJsonObject(found.items)) types.push('array')
  if (types.includes('array')) return kindOf(resolve, found.items) === 'scalar' ? 'strings' : 'other'
  const scalar = types.length > 0 && types.every(type => type === 'string' || type === 'integer')
  return scalar || Array.isArray(found.enum) ? 'scalar' : 'other'
}
