/**
 * Puts what the tests start on this machine, Redis and a browser, where that is possible: as root on a system with apt.
 * Elsewhere it says what to install. Starts no service. Exits 1 where `CI` is set and something is still missing, as
 * nobody there would see that tests were skipped; otherwise 0.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, rmSync, writeFileSync } from 'node:fs'

/** Something that has to be there. */
interface Needed {
  /** Its names, any of which will do; the first is the Debian package’s too. */
  readonly commands: readonly [string, ...string[]]
  readonly versionArgument: string
  readonly purpose: string
}

const NEEDED: readonly Needed[] = [
  {
    commands: ['redis-server'],
    versionArgument: '--version',
    purpose: 'the store’s tests start it, alone, with Sentinels and as a Cluster',
  },
  {
    commands: ['openssl'],
    versionArgument: 'version',
    purpose: 'it makes the certificates of the tests of TLS',
  },
  {
    // The same names are in `test/browser/launch.ts`. Fonts come with Debian’s.
    commands: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
    versionArgument: '--version',
    purpose: 'the tests of the sign-in and consent pages drive it',
  },
]
const POLICY = '/usr/sbin/policy-rc.d'

if (missing().length > 0) install(missing().map(({ commands: [name] }) => name))
const still = missing()
for (const { commands, purpose } of still) console.log(`${commands[0]} is not installed; ${purpose}.`)
if (still.length > 0) {
  const names = still.map(({ commands: [name] }) => name).join(' ')
  console.log(
    `On Debian and Ubuntu: apt-get install ${names}. On macOS: brew install redis openssl chromium.`,
  )
  console.log(
    'A Google Chrome that is there will do for chromium. Nothing has to run as a service: the tests start their own.',
  )
  const inCi = !['', '0', 'false', undefined].includes(process.env.CI?.toLowerCase())
  console.log(
    inCi ? 'Without them the tests fail here, as CI is set.' : 'Until then those tests are skipped.',
  )
  if (inCi) process.exitCode = 1
}

function missing(): readonly Needed[] {
  const isThere = (command: string, { versionArgument }: Needed) =>
    spawnSync(command, [versionArgument], { stdio: 'ignore' }).status === 0
  return NEEDED.filter(needed => !needed.commands.some(command => isThere(command, needed)))
}

function install(packages: readonly string[]): void {
  if (process.getuid?.() !== 0 || spawnSync('apt-get', ['--version'], { stdio: 'ignore' }).status !== 0)
    return
  console.log(`Installing ${packages.join(' and ')} for the tests …`)
  withoutStartingServices(() => {
    run('apt-get', ['update', '-qq'])
    run('apt-get', [
      'install',
      '-y',
      '-qq',
      '--no-install-recommends',
      '-o',
      'DPkg::Lock::Timeout=120',
      ...packages,
    ])
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
    timeout: 600_000,
  })
  if (result.status !== 0)
    console.log(
      `${command} ${args.join(' ')} failed: ${(result.stderr ?? '').trim() || String(result.error)}`,
    )
}
