/**
 * Writes docs/systems.json and docs/systems.md: runs the suites of the five systems through tap and notes of every
 * promise whether its test passes. Exits 1 if one doesn't.
 *
 * Usage: node scripts/write-systems.ts [system…]   of the systems that are not named, the list stays as it is
 */
import { spawn } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Parser, type Result } from 'tap-parser'
import {
  listPromises,
  type Promised,
  type ShownPromise,
  SYSTEMS,
  suiteOf,
  systemsDocument,
} from './systems.ts'

const ROOT = join(import.meta.dirname, '..')
const JSON_FILE = join(ROOT, 'docs/systems.json')
const known = SYSTEMS.map(({ system }) => system)
const asked = process.argv.length > 2 ? process.argv.slice(2) : known
const unknown = asked.filter(name => !known.includes(name))
if (unknown.length > 0)
  throw new Error(`no system is called ${unknown.join(', ')}; there are ${known.join(', ')}`)

const passed = await runSuites(asked.flatMap(suiteOf))
// Read after the run, so that runs of other systems that ended meanwhile keep what they wrote.
const before: readonly ShownPromise[] = existsSync(JSON_FILE)
  ? JSON.parse(readFileSync(JSON_FILE, 'utf8'))
  : []
const promises = known.flatMap(system =>
  asked.includes(system)
    ? listPromises([system]).map(entry => ({ ...entry, passes: passed.has(keyOf(entry)) }))
    : before.filter(entry => entry.system === system),
)
writeFileSync(JSON_FILE, `${JSON.stringify(promises, null, 2)}\n`)
writeFileSync(join(ROOT, 'docs/systems.md'), systemsDocument(promises))
for (const { document, promise, test } of promises.filter(({ passes }) => !passes)) {
  process.stderr.write(`not kept: ${document}: ${promise} (${test})\n`)
  process.exitCode = 1
}

/** The tests that ran and passed, by {@link keyOf}; one that was skipped did not. */
async function runSuites(files: readonly string[]): Promise<ReadonlySet<string>> {
  const passed = new Set<string>()
  if (files.length === 0) return passed
  const parser = new Parser()
  parser.on('child', file => {
    file.on('assert', ({ ok, name, skip, todo }: Result) => {
      if (ok && !skip && !todo) passed.add(`${file.name} ${name}`)
    })
  })
  const args = ['node_modules/.bin/tap', '--reporter=tap', '--disable-coverage', ...files]
  const tap = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] })
  tap.stdout.pipe(parser)
  await new Promise(resolve => parser.on('complete', resolve))
  return passed
}

/** A test as tap names it: file, then name. */
function keyOf({ test, document, promise }: Promised): string {
  return `${test} ${document}: ${promise}`
}
