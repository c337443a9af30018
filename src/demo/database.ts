import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { SCHEMA, SCHEMA_VERSION } from './schema.ts'

/** Tallybook's database: a few typed calls over one SQLite connection. Everything is synchronous. */
export interface Database {
  /** The first row, or undefined. `Row` is what the statement's columns are; the tables are STRICT. */
  one<Row>(sql: string, ...values: SQLInputValue[]): Row | undefined
  /** Every row. */
  all<Row>(sql: string, ...values: SQLInputValue[]): Row[]
  /** Runs a statement and says how many rows it changed. */
  run(sql: string, ...values: SQLInputValue[]): number
  /** All or nothing. Does not nest. */
  transaction<Result>(work: () => Result): Result
  close(): void
}

/**
 * Opens (and at first creates) the database in WAL mode with foreign keys on.
 *
 * @param path A file, or `:memory:`.
 * @throws Error if the file was written by another version of the schema.
 */
export function openDatabase(path: string): Database {
  const connection = new DatabaseSync(path, { timeout: 5_000, enableForeignKeyConstraints: true })
  try {
    connection.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL')
    migrate(connection)
  } catch (error) {
    connection.close()
    throw error
  }
  const prepare = statements(connection)
  return {
    one: <Row>(sql: string, ...values: SQLInputValue[]) => prepare(sql).get(...values) as Row | undefined,
    all: <Row>(sql: string, ...values: SQLInputValue[]) => prepare(sql).all(...values) as Row[],
    run: (sql, ...values) => Number(prepare(sql).run(...values).changes),
    transaction: work => transact(connection, work),
    close: () => connection.close(),
  }
}

function migrate(connection: DatabaseSync): void {
  const version = connection.prepare('PRAGMA user_version').get()?.user_version
  if (version === SCHEMA_VERSION) return
  if (version !== 0) throw new Error(`the database has schema version ${version}, not ${SCHEMA_VERSION}`)
  transact(connection, () => connection.exec(`${SCHEMA}; PRAGMA user_version = ${SCHEMA_VERSION}`))
}

function transact<Result>(connection: DatabaseSync, work: () => Result): Result {
  connection.exec('BEGIN IMMEDIATE')
  try {
    const result = work()
    connection.exec('COMMIT')
    return result
  } catch (error) {
    connection.exec('ROLLBACK')
    throw error
  }
}

// The set of statements is small and fixed, so each is compiled once and kept.
function statements(connection: DatabaseSync): (sql: string) => StatementSync {
  const prepared = new Map<string, StatementSync>()
  return sql => {
    const known = prepared.get(sql)
    if (known) return known
    const statement = connection.prepare(sql)
    prepared.set(sql, statement)
    return statement
  }
}
