import { randomBytes } from 'node:crypto'
import type { JSONWebKeySet } from 'jose'
import { PosternError } from '../../errors.ts'
import type { Records } from '../../store/records.ts'
import type { Store } from '../../store/store.ts'
import type { ClientAuthentication, MachinePrincipal } from '../client.ts'
import { checkMachine, type MachineRequest } from './check-machine.ts'
import {
  type ClientRecord,
  clientKey,
  isClientRecordId,
  readClientRecord,
  writeClientRecord,
} from './client-record.ts'
import type { ClientSecrets } from './client-secret.ts'
import { readKeys } from './read-keys.ts'

/** A machine, as administrators see it: nothing of it is secret. */
export interface Machine extends MachinePrincipal {
  /** `mch_…`, its `client_id`. */
  readonly id: string
  readonly name: string
  readonly scopes: readonly string[]
  readonly authentication: 'client_secret' | 'private_key_jwt'
  /** Milliseconds since the epoch. */
  readonly createdAt: number
  readonly revokedAt: number | undefined
}

/** What {@link createMachine} needs. */
export interface MachineNeeds {
  readonly store: Pick<Records, 'commit'>
  readonly secrets: Pick<ClientSecrets, 'make'>
  /** Start of the secret: `acme_`. */
  readonly prefix: string
  /** Milliseconds since the epoch. */
  readonly now: number
}

/**
 * Makes a client for the grant of client credentials (RFC 6749 section 4.4).
 *
 * @returns the machine, and its secret unless it has keys: shown once, kept only as a hash
 * @throws PosternError `invalid_params` that names the field, `store_unavailable`
 */
export async function createMachine(
  request: MachineRequest,
  { store, secrets, prefix, now }: MachineNeeds,
): Promise<{ readonly machine: Machine; readonly secret: string | undefined }> {
  const id = `mch_${randomBytes(16).toString('base64url')}`
  const { name, scopes, acts } = checkMachine(request, id)
  const keys = request.keys === undefined ? undefined : keysOf(request.keys)
  const made = keys === undefined ? await secrets.make(prefix) : undefined
  const authentication: ClientAuthentication =
    made === undefined
      ? { method: 'private_key_jwt', keys: keys ?? { keys: [] } }
      : { method: 'client_secret', hash: made.hash }
  const client: ClientRecord['client'] = Object.freeze({
    ...{ id, name, origin: 'machine', host: undefined, redirectUris: [], authentication, scopes, acts },
    grantTypes: new Set(['client_credentials'] as const),
  })
  const record = { client, createdAt: now, usedAt: undefined, revokedAt: undefined }
  const change = { key: clientKey(id), before: undefined, after: writeClientRecord(record), lists: LISTS }
  if (!(await store.commit([change]))) throw new Error('a client of this random id exists already')
  return { machine: toMachine(record), secret: made?.secret }
}

/** All machines in the order of their ids, revoked ones included. @throws PosternError `store_unavailable` */
export async function listMachines(store: Pick<Records, 'pageRecords'>): Promise<readonly Machine[]> {
  const machines: Machine[] = []
  let after: `client:${string}` | undefined
  for (;;) {
    const page = await store.pageRecords({ kind: 'client', list: 'machine', after, limit: PAGE })
    for (const { key, value } of page) {
      const record = readClientRecord(key.slice('client:'.length), value)
      if (record !== undefined) machines.push(toMachine(record))
    }
    const last = page.at(-1)
    if (last === undefined || page.length < PAGE) return machines
    after = `client:${last.key.slice('client:'.length)}`
  }
}

/**
 * Ends a machine for good: it gets no more tokens, and those that it has are refused from the next request on. Resolves
 * once that is so, on every node; false if there is no such machine. Repeating is harmless, and mends what was broken
 * off in between.
 *
 * @param now - milliseconds since the epoch
 * @throws PosternError `store_unavailable`, `conflict` where somebody changes it all the time
 */
export async function revokeMachine(
  store: Pick<Store & Records, 'getRecord' | 'commit' | 'revoke'>,
  id: string,
  now: number,
): Promise<boolean> {
  if (!isClientRecordId(id)) return false
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const before = await store.getRecord(clientKey(id))
    const record = before === undefined ? undefined : readClientRecord(id, before)
    if (record?.client.origin !== 'machine') return false
    const after = writeClientRecord({ ...record, revokedAt: record.revokedAt ?? now })
    if (!(await store.commit([{ key: clientKey(id), before, after, lists: LISTS }]))) continue
    // Second, so that no token is issued after it: those in flight began before, and their `iat` says so.
    await store.revoke({
      kind: 'client',
      value: id,
      recheck: false,
      at: now,
      until: undefined,
      reason: undefined,
    })
    return true
  }
  throw new PosternError('conflict')
}

const LISTS = ['machine']
const PAGE = 500
const ATTEMPTS = 3
function keysOf(value: unknown): JSONWebKeySet {
  try {
    return readKeys(value)
  } catch (error) {
    if (!(error instanceof PosternError)) throw error
    throw new PosternError('invalid_params', { message: error.message })
  }
}

function toMachine({ client, createdAt, revokedAt }: ClientRecord): Machine {
  const { id, name, scopes = [], authentication, acts } = client
  const { subject = id, organization, roles = [] } = acts ?? {}
  return {
    ...{ id, name, subject, organization, roles, scopes, createdAt, revokedAt },
    authentication: authentication.method === 'private_key_jwt' ? 'private_key_jwt' : 'client_secret',
  }
}
