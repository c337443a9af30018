/**
 * Puts the command-line clients that tests connect for real into `build/clients`, in the versions of the lock files of
 * `test/clients/packages`, so that npm checks that they are what they were. Their install scripts don't run. What is
 * there already stays. Without `--all`, the largest are left out, and their tests skipped.
 *
 * Exits 1 where one could not be installed and `CI` or `--all` is set; else it says so, and their tests are skipped.
 * Usage: node scripts/install-test-clients.ts [--all] [--into DIRECTORY]
 */
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { CLIENTS_DIRECTORY, MARK, TEST_CLIENTS, type TestClient } from '../test/clients/installed-client.ts'
import { isContinuousIntegration } from '../test/store/start-redis.ts'

/** Milliseconds for one client. */
const PATIENCE = 120_000
const PACKAGES = fileURLToPath(new URL('../test/clients/packages/', import.meta.url))

const { values } = parseArgs({
  options: { all: { type: 'boolean', default: false }, into: { type: 'string', default: CLIENTS_DIRECTORY } },
})
const clients: readonly TestClient[] = Object.values(TEST_CLIENTS)
const wanted = clients.filter(({ isLarge }) => values.all || !isLarge)
const failed = wanted.filter(client => !isInstalled(client) && !install(client))
if (failed.length > 0) {
  const names = failed.map(({ name }) => name).join(' and ')
  console.log(`Could not install ${names} from the npm registry, for the tests that connect real clients.`)
  if (isContinuousIntegration() || values.all) process.exitCode = 1
  else console.log('Until it can be reached, these tests are skipped.')
}

function isInstalled({ name }: TestClient): boolean {
  const mark = join(values.into, name, MARK)
  return existsSync(mark) && readFileSync(mark, 'utf8') === lock(name)
}

function install({ name, size, omitsOptional, script }: TestClient): boolean {
  const directory = resolve(values.into, name)
  console.log(`Installing ${name} for the tests (${size} MB) …`)
  rmSync(directory, { recursive: true, force: true })
  mkdirSync(directory, { recursive: true })
  cpSync(join(PACKAGES, name), directory, { recursive: true })
  const omit = omitsOptional ? ['--omit=optional'] : []
  const result = spawnSync(
    'npm',
    ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', ...omit],
    { cwd: directory, stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8', timeout: PATIENCE },
  )
  const isThere = result.status === 0 && existsSync(join(directory, script))
  if (isThere) writeFileSync(join(directory, MARK), lock(name))
  else console.log((result.stderr ?? '').trim() || String(result.error ?? 'npm left it out for this system'))
  return isThere
}

function lock(name: string): string {
  return readFileSync(join(PACKAGES, name, 'package-lock.json'), 'utf8')
}
