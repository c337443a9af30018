/**
 * `kill -9` of a gateway on SQLite while it mints and revokes, beside another process that writes to the same file:
 * what was answered holds, and the file is whole.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { stringify } from 'yaml'
import { hashToken } from '../src/auth/hash-token.ts'
import { openSqliteStore } from '../src/store/sqlite/store.ts'
import { rpc } from './build.ts'
import { documentOf } from './serve-child.ts'

const REPETITIONS = 50
const OPERATIONS = 200
const CHILD = fileURLToPath(new URL('./kill-sqlite-gateway.ts', import.meta.url))
const seed = Number(process.env.POSTERN_TEST_SEED ?? Date.now() % 1_000_000)

t.setTimeout(150_000)

/** What one process has said so far. */
interface Said {
  readonly child: ChildProcess
  readonly exited: Promise<unknown>
  readonly ready: Promise<unknown>
  /** Tokens by id, once minted. */
  readonly minted: Map<string, string>
  readonly revoked: Set<string>
  /** Asked for, answered or not. */
  readonly revoking: Set<string>
  url: string
  answers: number
}

t.test(`what was answered survives ${REPETITIONS} times kill -9, seed ${seed}`, async t => {
  const directory = t.testdir()
  const file = join(directory, 'postern.yaml')
  const path = join(directory, 'postern.db')
  writeFileSync(join(directory, 'openapi.json'), JSON.stringify(documentOf(['/fast'])))
  const config = {
    name: 'kill',
    listen: { host: '127.0.0.1', port: 0 },
    store: { type: 'sqlite', path },
    apis: [{ name: 'kill', openapi: './openapi.json', upstream: 'http://127.0.0.1:9' }],
    auth: [{ type: 'token' }],
    audit: { to: 'off' },
    // All that it revoked is tried at the next gateway, by one caller.
    failedSignIns: false,
  }
  writeFileSync(file, stringify(config))
  const random = randomNumbers(seed)
  const command = start(t, 'command', file, 1_000_000)
  await command.ready
  begin(command)

  let next = start(t, 'gateway', file, OPERATIONS)
  let before: Said | undefined
  const moments: number[] = []
  for (let repetition = 0; repetition < REPETITIONS; repetition++) {
    const gateway = next
    await gateway.ready
    next = start(t, 'gateway', file, OPERATIONS)
    if (before !== undefined) await accepts(t, gateway.url, before, repetition)
    const moment = 1 + Math.floor(random() * (OPERATIONS - 1))
    moments.push(moment)
    await killAt(gateway, moment)
    holds(t, path, [gateway, command], repetition)
    before = gateway
  }
  t.ok(new Set(moments).size > REPETITIONS / 4, 'at many different moments')
  t.ok(command.answers > REPETITIONS, `the other process went on: ${command.answers} answers`)
  t.equal(command.child.exitCode, null)
})

t.test('the file has a write-ahead log, and what is written to it is synced', async t => {
  const path = join(t.testdir(), 'postern.db')
  const opened: string[] = []
  const exec = DatabaseSync.prototype.exec
  t.intercept(DatabaseSync.prototype, 'exec', {
    value(this: DatabaseSync, sql: string) {
      opened.push(sql)
      return exec.call(this, sql)
    },
  })
  const store = openSqliteStore(path)
  t.teardown(() => store.close())
  t.ok(opened.includes('PRAGMA synchronous = FULL'))
  const reader = new DatabaseSync(path)
  t.teardown(() => reader.close())
  t.same({ ...reader.prepare('PRAGMA journal_mode').get() }, { journal_mode: 'wal' })
})

function start(t: Test, role: string, file: string, operations: number): Said {
  const child = spawn(process.execPath, ['--no-warnings', CHILD, role, file, String(operations)], {
    stdio: ['pipe', 'pipe', 'pipe'],
    // Compiling the sources takes longer than all that is tested.
    env: { NODE_COMPILE_CACHE: join(dirname(file), 'compiled'), ...process.env },
  })
  const exited = once(child, 'close')
  t.teardown(async () => {
    child.kill('SIGKILL')
    await exited
  })
  let errors = ''
  child.stderr.on('data', chunk => {
    errors += chunk
  })
  child.once('close', code => {
    if (code !== null) t.fail(`${role} ended by itself: ${errors}`)
  })
  const said: Said = {
    child,
    exited,
    ready: once(child, 'ready'),
    minted: new Map(),
    revoked: new Set(),
    revoking: new Set(),
    url: '',
    answers: 0,
  }
  createInterface({ input: child.stdout }).on('line', line => {
    note(said, line)
    child.emit(line === 'ready' ? 'ready' : 'said')
  })
  return said
}

function note(said: Said, line: string): void {
  const [word, first = '', second = ''] = line.split(' ')
  if (word === 'minted') said.minted.set(first, second)
  if (word === 'revoking') said.revoking.add(first)
  if (word === 'revoked') said.revoked.add(first)
  if (word === 'listening') said.url = `${first}/mcp`
  if (word === 'minted' || word === 'revoked') said.answers += 1
}

function begin({ child }: Said): void {
  child.stdin?.write('begin\n')
}

async function killAt(said: Said, moment: number): Promise<void> {
  const { child, exited } = said
  child.on('said', () => {
    if (said.answers >= moment) child.kill('SIGKILL')
  })
  begin(said)
  // What is still in the pipe was answered too; all of it is read before `close`.
  await exited
}

function holds(t: Test, path: string, writers: readonly Said[], repetition: number): void {
  const database = new DatabaseSync(path, { readOnly: true })
  const check = database.prepare('PRAGMA integrity_check').get()
  if (check?.integrity_check !== 'ok') t.fail(`repetition ${repetition}: ${JSON.stringify(check)}`)
  const rows = database.prepare('SELECT id, hash, revoked_at FROM tokens').all()
  const found = new Map(rows.map(row => [String(row.id), row]))
  for (const { child, minted, revoked, revoking } of writers) {
    for (const [id, token] of minted) {
      const row = found.get(id)
      if (row?.hash !== hashToken(token))
        t.fail(`repetition ${repetition}: ${id} was minted and is not there`)
      if (revoked.has(id) && row?.revoked_at === null)
        t.fail(`repetition ${repetition}: ${id} was revoked and is not`)
      // Of one that still runs, what it asked for may not have been read yet.
      if (child.signalCode !== null && !revoking.has(id) && row?.revoked_at !== null)
        t.fail(`repetition ${repetition}: ${id} was never revoked`)
    }
  }
  database.close()
}

/** The next gateway lets in whom the killed one had let in, and nobody else. */
async function accepts(t: Test, url: string, before: Said, repetition: number): Promise<void> {
  for (const [id, token] of before.minted) {
    if (before.revoking.has(id) && !before.revoked.has(id)) continue
    const { status } = await rpc(url, token, 'ping')
    const expected = before.revoked.has(id) ? 401 : 200
    if (status !== expected) t.fail(`repetition ${repetition}: ${id} got ${status} instead of ${expected}`)
  }
}

/** The same numbers for the same seed (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
