/**
 * Puts a Redis server on this machine for the tests of `store/redis.ts`, where that is possible: as root on a
 * system with apt. Elsewhere it says that those tests will be skipped. Always exits 0; starts no service.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, rmSync, writeFileSync } from 'node:fs'

const POLICY = '/usr/sbin/policy-rc.d'

if (!isInstalled('redis-server') && !install()) {
  console.log('redis-server is not installed: the tests of the Redis store will be skipped.')
}

function install(): boolean {
  if (process.getuid?.() !== 0 || !isInstalled('apt-get')) return false
  console.log('Installing redis-server for the tests …')
  return withoutStartingServices(() => {
    run('apt-get', ['update', '-qq'])
    run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'redis-server'])
    return isInstalled('redis-server')
  })
}

/** Debian asks this file before it starts a freshly installed service; 101 means no. An existing one stays. */
function withoutStartingServices<T>(work: () => T): T {
  const ours = !existsSync(POLICY)
  if (ours) writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755, flag: 'wx' })
  try {
    return work()
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
  if (result.status !== 0) console.log(`${command} ${args.join(' ')} failed: ${result.stderr.trim()}`)
}

function isInstalled(command: string): boolean {
  return spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0
}
