import { PosternError } from '../../errors.ts'
import type { MachinePrincipal } from '../client.ts'
import { clientName } from './client-name.ts'

/** What a new machine shall be. */
export interface MachineRequest {
  /** 1 to 64 printable characters. */
  readonly name: string
  /** Most that its tokens allow; at least one. */
  readonly scopes: readonly string[]
  /** Whom its tokens speak for; default: its own id. */
  readonly subject?: string | undefined
  readonly organization?: string | undefined
  readonly roles?: readonly string[] | undefined
  /** A parsed key set (RFC 7517) with its public keys; without one it gets a secret. */
  readonly keys?: unknown
}

/**
 * What a new machine is called and whom it speaks for, checked; `id` is whom it speaks for by default.
 *
 * @throws PosternError `invalid_params` that names the field
 */
export function checkMachine(
  { name: given, scopes, subject, organization, roles = [] }: MachineRequest,
  id: string,
): { readonly name: string; readonly scopes: readonly string[]; readonly acts: MachinePrincipal } {
  const name = clientName(given)
  if (name === undefined) refuse('the name has 1 to 64 characters that can be seen')
  if (scopes.length === 0) refuse('at least one scope is needed, for example read:*')
  if (scopes.length > MOST_SCOPES || !scopes.every(scope => SCOPE.test(scope))) {
    refuse('a scope has no spaces, quotes or backslashes; give several scopes one by one')
  }
  if (subject !== undefined && !isText(subject))
    refuse('the subject has 1 to 256 characters, none of them control')
  if (organization !== undefined && !isText(organization)) {
    refuse('the organization has 1 to 256 characters, none of them control')
  }
  if (roles.length > MOST_ROLES || !roles.every(isText)) {
    refuse('a role has 1 to 256 characters, none of them control')
  }
  return {
    name,
    scopes: Object.freeze([...new Set(scopes)]),
    acts: Object.freeze({ subject: subject ?? id, organization, roles: Object.freeze([...new Set(roles)]) }),
  }
}

const MOST_SCOPES = 64
const MOST_ROLES = 64
const LONGEST_FIELD = 256
/** RFC 6749 section 3.3. */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]{1,256}$/
/** Control characters, line ends, lone surrogates, and what can't be seen or turns text around. */
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/u

function isText(value: string): boolean {
  return value.trim() !== '' && [...value].length <= LONGEST_FIELD && !UNPRINTABLE.test(value)
}

function refuse(reason: string): never {
  throw new PosternError('invalid_params', { message: `This client can’t be made: ${reason}.` })
}
