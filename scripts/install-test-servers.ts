/**
 * Puts what the tests of the Redis store start on this machine, where that is possible: as root on a system with apt.
 * Elsewhere it says what to install. Starts no service. Exits 1 where `CI` is set and something is still missing, as
 * nobody there would see that tests were skipped; otherwise 0.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, rmSync, writeFileSync } from 'node:fs'

/** Each command with the argument that makes it say its version; the Debian package has the command’s name. */
const COMMANDS: readonly (readonly [command: string, versionArgument: string, purpose: string])[] = [
  ['redis-server', '--version', 'the store’s tests start it, alone, with Sentinels and as a Cluster'],
  ['openssl', 'version', 'it makes the certificates of the tests of TLS'],
]
const POLICY = '/usr/sbin/policy-rc.d'

if (missing().length > 0) install(missing().map(([command]) => command))
const still = missing()
for (const [command, , purpose] of still) console.log(`${command} is not installed; ${purpose}.`)
if (still.length > 0) {
  const names = still.map(([command]) => command).join(' ')
  console.log(`On Debian and Ubuntu: apt-get install ${names}. On macOS: brew install redis openssl.`)
  console.log('Nothing has to run as a service: the tests start their own servers, and use no others.')
  const inCi = !['', '0', 'false', undefined].includes(process.env.CI?.toLowerCase())
  console.log(
    inCi ? 'Without them the tests fail here, as CI is set.' : 'Until then those tests are skipped.',
  )
  if (inCi) process.exitCode = 1
}

function missing(): typeof COMMANDS {
  return COMMANDS.filter(
    ([command, versionArgument]) => spawnSync(command, [versionArgument], { stdio: 'ignore' }).status !== 0,
  )
}

function install(packages: readonly string[]): void {
  if (process.getuid?.() !== 0 || spawnSync('apt-get', ['--version'], { stdio: 'ignore' }).status !== 0)
    return
  console.log(`Installing ${packages.join(' and ')} for the tests …`)
  withoutStartingServices(() => {
    run('apt-get', ['update', '-qq'])
    run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages])
  })
}

/** Debian asks this file before it starts a freshly installed service; 101 means no. An existing one stays. */
function withoutStartingServices(work: () => void): void {
  const ours = !existsSync(POLICY)
  if (ours) writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755, flag: 'wx' })
  try {
    work()
  } finally {
    if (ours) rmSync(POLICY, { force: true })
  }
}

function run(command: string, args: readonly string[]): void {
  const result = spawnSync(command, args, {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
    timeout: 300_000,
  })
  if (result.status !== 0)
    console.log(
      `${command} ${args.join(' ')} failed: ${(result.stderr ?? '').trim() || String(result.error)}`,
    )
}
