import { randomBytes } from 'node:crypto'
import type { Principal } from '../auth/principal.ts'
import { personOf } from './person-of.ts'
import { isSignature, type SigningStore, sign } from './sign.ts'

/**
 * A session id that says of a client that it can ask its user (2025-* basic/transports "Session Management"): all that
 * `initialize` told and no later request tells again. It is signed and nothing is kept; any instance can read it. It
 * proves nothing about the caller, whose credential every request brings, a renewed one in the middle of a session.
 *
 * @param path - URL path of the endpoint, the only one that it is for
 * @throws PosternError `store_unavailable`
 */
export function newSession(principal: Principal, path: string, store: SigningStore): string {
  const name = randomBytes(16).toString('base64url')
  return `${name}.${sign(store, 'session', [name, path, personOf(principal)])}`
}

/** Whether a client that came with this session id can ask. @throws PosternError `store_unavailable` */
export function isSession(id: string, principal: Principal, path: string, store: SigningStore): boolean {
  if (id.length > LONGEST_ID) return false
  const end = id.indexOf('.')
  return isSignature(id.slice(end + 1), sign(store, 'session', [id.slice(0, end), path, personOf(principal)]))
}

const LONGEST_ID = 200
