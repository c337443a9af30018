import type { DatabaseSync } from 'node:sqlite'
import { conflict, mergeTokens } from '../migrate/merge-tokens.ts'
import type { StateCopy } from '../migrate/state-copy.ts'
import type { SqliteRevocations } from './revocations.ts'
import type { SqliteTokens } from './tokens.ts'
import { transact } from './transact.ts'

/** What {@link createSqliteStateCopy} needs. */
export interface SqliteStateCopyOptions {
  readonly database: DatabaseSync
  readonly revocations: SqliteRevocations
  readonly tokens: SqliteTokens
  /** Turns what SQLite throws into an error of ours. */
  readonly available: <T>(work: () => T) => T
}

/** Takes over another store's state, in one transaction each. */
export function createSqliteStateCopy(options: SqliteStateCopyOptions): Omit<StateCopy, 'recordKinds'> {
  const { database, revocations, tokens, available } = options
  return {
    async adopt(state) {
      available(() => transact(database, () => revocations.adopt(state)))
      available(() => revocations.catchUp())
    },
    async restoreTokens(records) {
      available(() =>
        transact(database, () => {
          for (const record of records) {
            if (tokens.create(record, record.sequence)) continue
            const known = tokens.get(record.id)
            if (known === undefined) throw conflict(record.id)
            tokens.replace(mergeTokens(known, record))
          }
        }),
      )
      tokens.forget()
    },
  }
}
