import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { BIN, documentOf } from '../serve-child.ts'
import { runPostern, workspace } from './run-postern.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

t.test('--help lists every command, and each has its own', async t => {
  const { status, stdout } = runPostern(['--help'])
  t.equal(status, 0)
  for (const command of [
    'init',
    'check',
    'tools',
    'serve',
    'stdio',
    'bridge',
    'token',
    'call',
    'publish',
    'connect',
    'demo',
  ]) {
    t.match(stdout, new RegExp(`^  ${command}\\b`, 'm'))
  }
  const one = runPostern(['token', 'create', '--help'])
  t.equal(one.status, 0)
  t.match(one.stdout, /--name <name>/)
  t.match(runPostern(['--version']).stdout, /^\d+\.\d+\.\d+\n$/)
})

t.test('an unknown command is told from a known one, and a near one named', async t => {
  const { status, stdout, stderr } = runPostern(['serv'])
  t.equal(status, 1)
  t.equal(stdout, '')
  t.match(stderr, /unknown command 'serv'/)
  t.match(stderr, /Did you mean serve\?/)
  t.match(runPostern(['__proto__']).stderr, /unknown command/)
  t.match(runPostern(['check', '--jsn']).stderr, /unknown option '--jsn'/)
})

t.test('--config may stand before the command, and name a file like one', async t => {
  const cwd = workspace(t)
  t.equal(runPostern(['--config', 'postern.yaml', 'check'], { cwd }).status, 0)
  const missing = runPostern(['-c', 'serve', 'check'], { cwd })
  t.equal(missing.status, 1)
  t.match(missing.stderr, /there is no file .*serve/)
})

t.test('a reader that ends first is no failure', async t => {
  const paths = Array.from({ length: 2_000 }, (_, index) => `/things${index}`)
  const cwd = workspace(t, {}, documentOf(paths))
  const shell = `"${process.execPath}" "${BIN}" tools --json | head -c 20 > /dev/null; exit \${PIPESTATUS[0]}`
  const { status, stderr } = spawnSync('bash', ['-c', shell], { cwd, encoding: 'utf8', timeout: 60_000 })
  t.equal(status, 0)
  t.equal(stderr, '')
})

t.test('npx postern works from a clone', async t => {
  const { status, stdout } = spawnSync('npx', ['postern', '--help'], {
    cwd: ROOT,
    encoding: 'utf8',
    timeout: 60_000,
  })
  t.equal(status, 0)
  t.match(stdout, /^Usage: postern/)
})

const older = olderNode()

t.test(
  'an older Node hands over to the one that the clone brings',
  { skip: older === undefined },
  async t => {
    const run = (...args: string[]) =>
      spawnSync(older ?? '', [BIN, ...args], { encoding: 'utf8', timeout: 60_000 })
    const help = run('--help')
    t.equal(help.status, 0, help.stderr)
    t.match(help.stdout, /^Usage: postern/)
    t.equal(run('nonsense').status, 1, 'and hands back how it ended')
  },
)

t.test(
  'through an older Node, signals arrive and the end is in good order',
  { skip: older === undefined },
  async t => {
    const cwd = workspace(t)
    const child = spawn(older ?? '', [BIN, 'serve', '--port', '0'], {
      cwd,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    t.teardown(() => child.kill('SIGKILL'))
    const exited = once(child, 'exit')
    const lines = createInterface({ input: child.stderr })
    for await (const line of lines) if (line.includes('tools at')) break
    child.kill('SIGTERM')
    t.same(await exited, [0, null])
  },
)

/** Another Node on the PATH, before 24; undefined where there is none. */
function olderNode(): string | undefined {
  const places = (process.env.PATH ?? '')
    .split(delimiter)
    .filter(place => place !== dirname(process.execPath))
  for (const place of places) {
    const node = join(place, 'node')
    const names = listed(place)
    if (!names.includes('node')) continue
    const { stdout } = spawnSync(node, ['--version'], { encoding: 'utf8' })
    const major = Number(/^v(\d+)\./.exec(stdout ?? '')?.[1])
    if (major < 24) return node
  }
  return undefined
}

function listed(place: string): string[] {
  try {
    return readdirSync(place)
  } catch {
    return []
  }
}
