/** Runs the official conformance suite against a server, as a child process, and reads what it found. */
import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const SUITE = fileURLToPath(
  new URL('../../node_modules/@modelcontextprotocol/conformance/dist/index.js', import.meta.url),
)
/** A run takes seconds; one that hangs must not hold up the tests. */
const TIMEOUT = 50_000

export interface SuiteOptions {
  /** What it is told to run: the command, `server` or `authorization`, and its options but for the results. */
  readonly args: readonly string[]
  /** Empty directory for the results. */
  readonly output: string
  /** Told what was printed so far, as it comes. */
  readonly onPrinted?: (text: string) => void
}

/** One verdict. A scenario may report several of the same id. */
export interface Check {
  readonly scenario: string
  readonly id: string
  readonly status: 'SUCCESS' | 'FAILURE' | 'WARNING' | 'SKIPPED' | 'INFO'
  readonly message: string
}

export interface SuiteRun {
  /** Null if the suite had to be ended. */
  readonly exitCode: number | null
  /** All that the suite printed. */
  readonly printed: string
  /** Of all scenarios of the set, those that the set runs without scoring them too. */
  readonly checks: readonly Check[]
}

/** Resolves when the suite has ended, whatever it found. */
export async function runSuite({ args, output, onPrinted = () => {} }: SuiteOptions): Promise<SuiteRun> {
  const child = spawn(process.execPath, [SUITE, ...args, '-o', output], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: TIMEOUT,
    killSignal: 'SIGKILL',
  })
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed += text
      onPrinted(printed)
    })
  }
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject).on('close', resolve)
  })
  return { exitCode, printed, checks: existsSync(output) ? readdirSync(output).flatMap(readChecks) : [] }

  function readChecks(directory: string): readonly Check[] {
    const scenario = directory
      .replace(/^(?:authorization-)?server-/, '')
      .replace(/-\d{4}-\d\d-\d\dT[\d-]+Z$/, '')
    const file = join(output, directory, 'checks.json')
    // A scenario that broke off leaves its directory empty; the suite then reports a check of its name.
    if (!existsSync(file)) return [{ scenario, id: scenario, status: 'FAILURE', message: 'it broke off' }]
    const checks: { id: string; status: Check['status']; errorMessage?: string }[] = JSON.parse(
      readFileSync(file, 'utf8'),
    )
    return checks.map(({ id, status, errorMessage = '' }) => ({
      scenario,
      id,
      status,
      message: errorMessage,
    }))
  }
}
