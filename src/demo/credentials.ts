import { createHash, randomBytes } from 'node:crypto'
import type { Database } from './database.ts'
import { Problem } from './problem.ts'
import { isScope, narrow, type Role, roleScopes } from './scopes.ts'

/** Who is calling, after the credential was checked. */
export interface Caller {
  readonly id: string
  readonly email: string
  readonly name: string
  readonly organization: { readonly id: string; readonly name: string }
  readonly roles: readonly Role[]
  /** What the credential allows: its own scopes, narrowed by the user's role. */
  readonly scopes: readonly string[]
}

/** Every personal access token starts with this. */
export const PAT_PREFIX = 'tally_pat_'
const PAIR_PREFIX = 'tally_key_'

/** The request headers that may hold a credential. */
export interface CredentialHeaders {
  readonly authorization?: string | undefined
  readonly email?: string | string[] | undefined
  readonly token?: string | string[] | undefined
}

/**
 * Signs a caller in: a personal access token as bearer (RFC 6750), or `Email` and `Token`, where the token must
 * be that very user's. Does not check any scope.
 *
 * @throws Problem 401 for a missing or wrong credential, and for two at once, whichever of them is good.
 */
export function authenticate(database: Database, headers: CredentialHeaders): Caller {
  const { authorization, email, token } = headers
  if (authorization === undefined) {
    if (typeof email !== 'string' || typeof token !== 'string') throw unauthorized()
    const caller = find(database, token, ['pair'])
    if (caller?.email.toLowerCase() !== email.toLowerCase()) throw unauthorized()
    return caller
  }
  if (email !== undefined || token !== undefined) {
    throw unauthorized('Send either Authorization or Email and Token, not both.')
  }
  const secret = /^Bearer +([A-Za-z0-9_-]+)$/i.exec(authorization)?.[1]
  const caller = secret === undefined ? undefined : find(database, secret, ['pat', 'service'])
  if (!caller) throw unauthorized()
  return caller
}

/**
 * Makes a personal access token of a user. The secret is returned once; only its hash is kept.
 *
 * @throws Error for an unknown user or a scope that does not exist.
 */
export function mintPat(database: Database, email: string, scopes: readonly string[]): string {
  const unknown = scopes.find(scope => !isScope(scope))
  if (unknown !== undefined) throw new Error(`there is no scope ${unknown}`)
  return keep(database, newSecret(PAT_PREFIX), userOf(database, email).id, 'pat', scopes)
}

/** Makes a token for the pair `Email` and `Token` of a user; it allows what the user's role allows. */
export function mintPair(database: Database, email: string): { email: string; token: string } {
  const user = userOf(database, email)
  const token = keep(database, newSecret(PAIR_PREFIX), user.id, 'pair', roleScopes(user.role))
  return { email: user.email, token }
}

/**
 * Makes a given secret the one service token of a user's, in place of any earlier one. It allows everything
 * that the user's role allows.
 *
 * @throws Error if it does not look like a personal access token or is short enough to guess.
 */
export function setServiceToken(database: Database, email: string, secret: string): void {
  if (!/^tally_pat_[A-Za-z0-9_-]{24,}$/.test(secret)) {
    throw new Error(`a service token is ${PAT_PREFIX} and at least 24 characters of A-Z a-z 0-9 _ -`)
  }
  const user = userOf(database, email)
  database.transaction(() => {
    database.run(`DELETE FROM tokens WHERE kind = 'service'`)
    keep(database, secret, user.id, 'service', roleScopes(user.role))
  })
}

/** Ends a token of any kind; false if there was none. It is refused from the next request on. */
export function revokeToken(database: Database, secret: string): boolean {
  return database.run('DELETE FROM tokens WHERE hash = ?', hash(secret)) > 0
}

interface TokenRow {
  id: string
  email: string
  name: string
  role: Role
  organization_id: string
  organization_name: string
  kind: string
  scopes: string
}

function find(database: Database, secret: string, kinds: readonly string[]): Caller | undefined {
  const row = database.one<TokenRow>(
    `SELECT u.id, u.email, u.name, u.role, o.id AS organization_id, o.name AS organization_name, t.kind, t.scopes
     FROM tokens t JOIN users u ON u.id = t.user_id JOIN organizations o ON o.id = u.organization_id
     WHERE t.hash = ?`,
    hash(secret),
  )
  if (!row || !kinds.includes(row.kind)) return undefined
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    organization: { id: row.organization_id, name: row.organization_name },
    roles: [row.role],
    scopes: narrow(row.scopes.split(' '), row.role),
  }
}

function keep(database: Database, secret: string, userId: string, kind: string, scopes: readonly string[]) {
  database.run(
    'INSERT INTO tokens (hash, user_id, kind, scopes) VALUES (?, ?, ?, ?)',
    hash(secret),
    userId,
    kind,
    scopes.join(' '),
  )
  return secret
}

function userOf(database: Database, email: string): { id: string; email: string; role: Role } {
  const user = database.one<{ id: string; email: string; role: Role }>(
    'SELECT id, email, role FROM users WHERE email = ?',
    email,
  )
  if (!user) throw new Error(`there is no user ${email}; is the database seeded?`)
  return user
}

// 192 random bits: nothing to guess, so a fast hash without salt is enough at rest.
function newSecret(prefix: string): string {
  return prefix + randomBytes(24).toString('base64url')
}

function hash(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

function unauthorized(
  detail = 'Send a valid personal access token, or the Email and Token of one user.',
): Problem {
  return new Problem(401, detail, { headers: { 'www-authenticate': 'Bearer realm="tallybook"' } })
}
