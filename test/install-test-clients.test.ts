/** The clients that tests connect are installed once, as their lock files say, or it is said that they are not. */
import { spawnSync } from 'node:child_process'
import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { MARK, TEST_CLIENTS } from './clients/installed-client.ts'

const SCRIPT = fileURLToPath(new URL('../scripts/install-test-clients.ts', import.meta.url))
const PACKAGES = fileURLToPath(new URL('./clients/packages/', import.meta.url))

interface Run {
  readonly all?: boolean
  readonly ci?: boolean
  /** What npm is; default: there is none. */
  readonly npm?: string
}

/** Runs the script with a path that has this npm alone. */
function run(directory: string, { all = false, ci = false, npm }: Run = {}) {
  if (npm !== undefined) writeFileSync(join(directory, 'npm'), npm, { mode: 0o755 })
  const args = [SCRIPT, '--into', join(directory, 'clients'), ...(all ? ['--all'] : [])]
  const env = { PATH: `${directory}:/bin:/usr/bin`, CI: ci ? 'true' : '', NODE_NO_WARNINGS: '1' }
  const { status, stdout } = spawnSync(process.execPath, args, { env, encoding: 'utf8' })
  return { status, stdout }
}

/** Notes how it was called, and leaves what an installation leaves. */
const INSTALLS = `#!/bin/sh
echo "$PWD $*" >> ../../calls
for script in ${Object.values(TEST_CLIENTS)
  .map(({ script }) => script)
  .join(' ')}; do
  mkdir -p "$(dirname "$script")"
  touch "$script"
done
`
const FAILS = '#!/bin/sh\necho "npm error network" >&2\nexit 1\n'

t.test('they are installed without running anything of them, and then stay', async t => {
  const directory = t.testdir()
  const first = run(directory, { npm: INSTALLS })
  t.equal(first.status, 0)
  t.match(first.stdout, 'Installing gemini-cli for the tests (96 MB)')
  const calls = () => readFileSync(join(directory, 'calls'), 'utf8').trim().split('\n')
  const small = Object.values(TEST_CLIENTS).filter(({ isLarge }) => !isLarge)
  t.equal(calls().length, small.length, 'the largest are left out')
  t.match(calls().at(-1), /clients\/gemini-cli ci --ignore-scripts .*--omit=optional/)
  t.same(run(directory), { status: 0, stdout: '' })
  t.equal(calls().length, small.length)
})

t.test('all are installed where all are asked for', async t => {
  const directory = t.testdir()
  t.equal(run(directory, { npm: INSTALLS, all: true }).status, 0)
  t.same(readdirSync(join(directory, 'clients')).sort(), Object.keys(TEST_CLIENTS).sort())
})

t.test('another lock file is another installation', async t => {
  const directory = t.testdir()
  run(directory, { npm: INSTALLS })
  appendFileSync(join(directory, 'clients', 'gemini-cli', MARK), ' ')
  t.match(run(directory).stdout, 'Installing gemini-cli')
})

t.test('what can’t be had is said; nobody finds half of it', async t => {
  const directory = t.testdir()
  const local = run(directory, { npm: FAILS })
  t.equal(local.status, 0)
  t.match(local.stdout, 'npm error network')
  t.match(local.stdout, /Could not install .*gemini-cli/)
  t.match(local.stdout, 'these tests are skipped')
  t.notOk(existsSync(join(directory, 'clients', 'gemini-cli', MARK)))
  t.equal(run(directory, { ci: true }).status, 1)
  t.equal(run(directory, { all: true }).status, 1)
})

t.test('lock files pin what they install, and name no registry', async t => {
  t.same(readdirSync(PACKAGES).sort(), Object.keys(TEST_CLIENTS).sort())
  for (const name of readdirSync(PACKAGES)) {
    const text = readFileSync(join(PACKAGES, name, 'package-lock.json'), 'utf8')
    const { packages } = JSON.parse(text) as { packages: Record<string, { integrity?: string }> }
    for (const [path, { integrity }] of Object.entries(packages))
      if (path !== '') t.match(integrity, /^sha512-/, path)
    t.notMatch(text, '"resolved"')
  }
})
