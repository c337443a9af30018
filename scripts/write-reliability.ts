/**
 * Writes docs/reliability.json and docs/reliability.md: brings about every fault of `test/faults/` and measures what
 * becomes of it, which takes minutes and needs redis-server.
 *
 * Usage: node scripts/write-reliability.ts
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const test = fileURLToPath(new URL('../test/faults/matrix.test.ts', import.meta.url))
const { status } = spawnSync(process.execPath, [test, '--write'], { stdio: 'inherit' })
process.exitCode = status ?? 1
