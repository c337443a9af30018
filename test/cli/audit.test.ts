import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { linesOf, writeChained } from '../audit/chained.ts'
import { runPostern, workspace } from './run-postern.ts'

const KEY = 'a key that nobody guesses, of 32 characters'
const AUDIT = { to: 'file', path: './audit.log', chain: true }

t.test('verifies the file of the configuration, and says where it is broken', async t => {
  const directory = workspace(t, { audit: AUDIT })
  const file = join(directory, 'audit.log')
  await writeChained(file, ['a', 'b'])
  const { hash } = JSON.parse(linesOf(file).at(-1) ?? '')
  const fine = runPostern(['audit', 'verify'], { cwd: directory })
  t.match(fine, {
    status: 0,
    stdout: /^ok: 3 lines in 1 chain are as they were written\nlast hash [0-9a-f]{64}\n/,
  })
  t.match(fine.stdout, hash)
  t.match(fine.stdout, /There is no key/)
  writeFileSync(file, readFileSync(file, 'utf8').replace('"requestId":"a"', '"requestId":"z"'))
  const broken = runPostern(['audit', 'verify'], { cwd: directory })
  t.match(broken, { status: 1, stdout: /^BROKEN .*audit\.log:2: its hash is not right/ })
  t.match(JSON.parse(runPostern(['audit', 'verify', '--json'], { cwd: directory }).stdout), {
    ok: false,
    fault: { line: 2 },
    lines: 1,
    keyed: false,
    notes: [],
  })
})

t.test('rotated files come first; a hash kept elsewhere has to be found', async t => {
  const directory = t.testdir()
  const [old, file] = [join(directory, 'audit.log.1'), join(directory, 'audit.log')]
  await writeChained(file, ['a'])
  const { hash } = JSON.parse(linesOf(file).at(-1) ?? '')
  renameSync(file, old)
  await writeChained(file, ['b'])
  const both = runPostern(['audit', 'verify', '--expect', hash, old, file], { cwd: directory })
  t.match(both, { status: 0, stdout: /audit\.log:1: chain [0-9a-f]{16} begins anew/ })
  t.match(both.stdout, /ok: 4 lines in 2 chains/)
  t.match(runPostern(['audit', 'verify', '--expect', hash, file], { cwd: directory }), {
    status: 1,
    stdout: /BROKEN .*: no line has the expected hash/,
  })
  t.match(runPostern(['audit', 'verify', '-'], { cwd: directory, input: readFileSync(file, 'utf8') }), {
    status: 0,
  })
})

t.test('the key comes from the configuration or the environment, and no message shows it', async t => {
  const directory = workspace(t, { audit: { ...AUDIT, key: KEY } })
  const file = join(directory, 'audit.log')
  await writeChained(file, ['a'], KEY)
  const fine = runPostern(['audit', 'verify'], { cwd: directory })
  t.match(fine, { status: 0, stdout: /^ok: 2 lines/ })
  t.notMatch(fine.stdout, /There is no key/)
  const elsewhere = join(directory, 'elsewhere')
  mkdirSync(elsewhere)
  const named = ['audit', 'verify', '--key-env', 'AUDIT_KEY', file]
  t.match(runPostern(named, { cwd: elsewhere, env: { ...process.env, AUDIT_KEY: KEY } }), { status: 0 })
  t.match(runPostern(named, { cwd: elsewhere, env: { ...process.env, AUDIT_KEY: 'another' } }), { status: 1 })
  t.match(runPostern(named, { cwd: elsewhere }), {
    status: 1,
    stderr: /--key-env AUDIT_KEY: this variable is not set/,
  })
  t.match(runPostern(['audit', 'verify', file], { cwd: elsewhere }), {
    status: 1,
    stdout: /another key or none/,
  })
  writeFileSync(file, '')
  await writeChained(file, ['a'])
  const downgraded = runPostern(['audit', 'verify'], { cwd: directory })
  t.match(downgraded, { status: 1, stdout: /another key or none/ }, 'a chain without the key is not taken')
  t.notMatch(JSON.stringify([fine, downgraded]), KEY)
})

t.test('what can’t be verified is said in words', async t => {
  const directory = workspace(t)
  t.match(runPostern(['audit', 'verify'], { cwd: directory }), {
    status: 1,
    stderr: /goes to standard output/,
  })
  t.match(runPostern(['audit', 'verify', 'none.log'], { cwd: directory }), {
    status: 1,
    stderr: /none\.log can’t be read \(ENOENT\)/,
  })
  t.match(runPostern(['audit', 'verify', '--expect', 'abc', 'x'], { cwd: directory }), {
    status: 1,
    stderr: /--expect abc: not a hash of a line/,
  })
  writeFileSync(join(directory, 'plain.log'), '{"event":"tool_call"}\n')
  t.match(runPostern(['audit', 'verify', 'plain.log'], { cwd: directory }), {
    status: 1,
    stdout: /BROKEN plain\.log:1: no line of this file is in a chain/,
  })
})
