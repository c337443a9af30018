import { PosternError } from '../../errors.ts'
import type { StoreKeys } from '../keys.ts'
import type { StateCopy } from '../migrate/state-copy.ts'
import type { KeptRecord, RecordChange, RecordKey, RecordQuery, Records } from '../records.ts'
import { checkChanges, isRecordKey } from '../rules/check-changes.ts'
import type { RedisClient } from './connection.ts'
import type { RedisRevocations } from './revocations.ts'
import type { RunScript } from './run-script.ts'
import { COMMIT_RECORDS, READ_RECORD, READ_RECORDS } from './scripts/records.ts'

/** What {@link createRedisRecords} needs. */
export interface RedisRecordsOptions {
  readonly client: Pick<RedisClient, 'zrange'>
  readonly keys: StoreKeys
  readonly run: RunScript
  readonly revocations: Pick<RedisRevocations, 'say'>
}

/** How many expired records are taken out of their lists, at most, with every change. */
const SWEPT = 4
/** Records that one script reads: it holds up the server, and values may be long. */
const BATCH = 100

/**
 * The records in Redis. A commit is one script, durable as revocations are; records expire by the server's clock.
 * Rejects with what ioredis rejects with.
 *
 * A commit that was made but not answered (`store_unavailable`) stays made: asked again it answers false.
 *
 * **When Redis has lost data**, what it lost is gone, and clients connect again. It may also hold an older copy, in
 * which a code that was redeemed since is good. Therefore using up is counted, and known to the process that did it
 * before it is answered; and a commit is refused, as a revocation is, by a server that has lost something, until what
 * the live processes know has been brought back. That begins another incarnation of the state, and records that are
 * `once` count only in the incarnation that they were made in: whether they were used nobody can tell. Others (clients,
 * grants) are as in the copy; what revokes them is among what is brought back.
 *
 * Believed is, as for revocations, a copy that is put in place while no process runs, and any by a process that knows no
 * better, until one that does has noticed: within a fifth of a second.
 */
export function createRedisRecords({
  client,
  keys,
  run,
  revocations,
}: RedisRecordsOptions): Records & Pick<StateCopy, 'recordKinds'> {
  const { state, records: index, recordLists: lists, recordEnds: ends } = keys

  async function readAll(names: readonly string[]): Promise<KeptRecord[]> {
    const all = [state, index, lists, ends, ...names.map(keys.record)]
    return toRecords(await run(READ_RECORDS, all, names))
  }

  async function page({ kind, list, after, limit }: RecordQuery): Promise<readonly KeptRecord[]> {
    const prefix = prefixOf(kind, list)
    let start = after === undefined ? `[${prefix}` : `(${prefix}${idOf(after)}`
    const found: KeptRecord[] = []
    while (found.length < limit) {
      const wanted = Math.min(limit - found.length, BATCH)
      const entries = await client.zrange(index, start, `(${prefix}\x7f`, 'BYLEX', 'LIMIT', 0, wanted)
      if (entries.length === 0) break
      const read = await readAll(entries.map(entry => `${kind}:${entry.slice(prefix.length)}`))
      // It may have been made anew since, in other lists.
      found.push(...read.filter(({ lists }) => list === undefined || lists.includes(list)))
      if (entries.length < wanted) break
      start = `(${entries.at(-1)}`
    }
    return found
  }

  return {
    async getRecord(key) {
      if (!isRecordKey(key)) return undefined
      const value = await run(READ_RECORD, [state, keys.record(key)], [])
      return typeof value === 'string' ? value : undefined
    },
    async commit(changes) {
      checkChanges(changes)
      const all = [index, lists, ends, ...changes.map(({ key }) => keys.record(key))]
      const values = [String(changes.length * SWEPT), ...changes.flatMap(toValues)]
      return (await revocations.say(COMMIT_RECORDS, all, values)) === 1
    },
    pageRecords: page,
    async recordKinds() {
      const kinds: string[] = []
      for (let start = '-'; ; ) {
        const [entry] = await client.zrange(index, start, '+', 'BYLEX', 'LIMIT', 0, 1)
        if (entry === undefined) return kinds
        const kind = entry.slice(0, entry.indexOf(':'))
        // Those that have expired may be all that is left of it.
        if ((await page({ kind, limit: 1 })).length > 0) kinds.push(kind)
        start = `[${kind};`
      }
    },
  }
}

/**
 * What begins the entries of a list in the index. A JSON text ends where it ends, has no control characters, and is
 * another one for every list, even for those that are no UTF-8.
 */
function prefixOf(kind: string, list: string | undefined): string {
  return `${kind}:${list === undefined ? '' : JSON.stringify(list)}:`
}

function idOf(key: string): string {
  return key.slice(key.indexOf(':') + 1)
}

function toValues({ key, before, after, expiresAt, lists = [], once }: RecordChange): string[] {
  const kind = key.slice(0, key.indexOf(':'))
  const entries = [undefined, ...new Set(lists)].map(list => prefixOf(kind, list) + idOf(key))
  return [
    key,
    ...(before === undefined ? ['0', ''] : ['1', before]),
    ...(after === undefined ? ['0', ''] : ['1', after]),
    expiresAt === undefined ? '' : String(expiresAt),
    entries.join('\n'),
    once === true ? '1' : '0',
  ]
}

function toRecords(answer: unknown): KeptRecord[] {
  if (!Array.isArray(answer)) throw unreadable()
  const records: KeptRecord[] = []
  for (let at = 0; at < answer.length; at += 5) {
    const [name, value, end, entries, once] = answer.slice(at, at + 5).map(String)
    if (name === undefined || value === undefined || entries === undefined) throw unreadable()
    records.push(
      Object.freeze({
        key: toKey(name),
        value,
        expiresAt: end === '' ? undefined : Number(end),
        lists: Object.freeze(toLists(name, entries)),
        once: once === '1',
      }),
    )
  }
  return records
}

function toKey(name: string): RecordKey {
  return `${name.slice(0, name.indexOf(':'))}:${idOf(name)}`
}

function toLists(name: string, entries: string): string[] {
  const [, ...named] = entries.split('\n')
  return named.map(entry =>
    String(JSON.parse(entry.slice(name.indexOf(':') + 1, entry.length - idOf(name).length - 1))),
  )
}

function unreadable(): PosternError {
  return new PosternError('store_unavailable', {
    detail: 'records in Redis are not what was written there',
    headers: { 'Retry-After': '1' },
  })
}
