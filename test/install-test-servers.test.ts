/** `npm test` says what it needs, and in continuous integration does not do without. */
import { spawnSync } from 'node:child_process'
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'

const SCRIPT = fileURLToPath(new URL('../scripts/install-test-servers.ts', import.meta.url))
const BROWSER_TEST = fileURLToPath(new URL('./browser/pages.test.ts', import.meta.url))
const STORE_TEST = fileURLToPath(new URL('./store/redis/store.test.ts', import.meta.url))

/** A PATH with these commands alone: each succeeds, and says nothing. */
function pathWith(t: Test, commands: readonly string[]): string {
  const directory = t.testdir()
  for (const command of commands) {
    writeFileSync(join(directory, command), '#!/bin/sh\nexit 0\n')
    chmodSync(join(directory, command), 0o755)
  }
  return directory
}

function run(file: string, path: string, ci: string) {
  const env = { PATH: path, CI: ci, NODE_NO_WARNINGS: '1' }
  return spawnSync(process.execPath, [file], { env, encoding: 'utf8' })
}

t.test('nothing is said where all is there', async t => {
  const { status, stdout, stderr } = run(SCRIPT, pathWith(t, ['redis-server', 'openssl', 'chromium']), 'true')
  t.same({ status, stdout, stderr }, { status: 0, stdout: '', stderr: '' })
})

t.test('what is missing is named with the command that installs it', async t => {
  const path = pathWith(t, ['openssl', 'google-chrome'])
  const local = run(SCRIPT, path, '')
  t.equal(local.status, 0)
  t.match(local.stdout, 'redis-server is not installed')
  t.match(local.stdout, 'apt-get install redis-server.')
  t.match(local.stdout, 'Until then those tests are skipped.')
  t.notMatch(local.stdout, 'openssl is not installed')
  t.notMatch(local.stdout, 'chromium is not installed', 'another name of the same will do')

  const ci = run(SCRIPT, path, 'true')
  t.equal(ci.status, 1)
  t.match(ci.stdout, 'apt-get install redis-server.')
  t.match(ci.stdout, 'the tests fail here')
})

t.test(
  'a test that needs Redis fails in continuous integration, and is skipped in words elsewhere',
  async t => {
    const path = pathWith(t, ['openssl'])
    const ci = run(STORE_TEST, path, 'true')
    t.not(ci.status, 0)
    t.match(ci.stdout + ci.stderr, 'apt-get install redis-server')
    const local = run(STORE_TEST, path, '')
    t.match(local.stdout, /# SKIP .*redis-server is not installed/)
  },
)

t.test(
  'a test that needs a browser fails in continuous integration, and is skipped in words elsewhere',
  async t => {
    const path = pathWith(t, ['openssl'])
    const ci = run(BROWSER_TEST, path, 'true')
    t.not(ci.status, 0)
    t.match(ci.stdout + ci.stderr, 'apt-get install chromium')
    const local = run(BROWSER_TEST, path, '')
    t.match(local.stdout, /# SKIP .*chromium is not installed/)
  },
)
