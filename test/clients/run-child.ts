import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import type { Test } from 'tap'
import { COMPILE_CACHE } from '../compile-cache.ts'

/** How a child process ended and what it wrote. */
export interface Ended {
  /** Exit status; null if it had to be killed. */
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** What is kept of each output; a child that writes more is ended. */
const MAX_OUTPUT = 4 * 1024 * 1024
/** How long a child may take on a busy machine, in milliseconds. */
const TIMEOUT = 90_000

/**
 * Runs a script with this very Node until it ends, with `input` on its standard input. It sees the environment
 * of `env` (see {@link seclude}), nothing else, and is killed if it hangs or floods.
 *
 * @param cwd - where it runs; default: where this process does
 */
export function runChild(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  input = '',
  cwd?: string,
): Promise<Ended> {
  return runCommand(process.execPath, args, { env, cwd, input: child => child.end(input) })
}

/** How a command is run. */
export interface CommandOptions {
  readonly env: Readonly<Record<string, string>>
  readonly cwd?: string | undefined
  /** Writes its standard input, and ends it. */
  readonly input: (stdin: NodeJS.WritableStream) => void
  /** Told what it has written to its standard output, each time that is more. */
  readonly onOutput?: (text: string, stdin: NodeJS.WritableStream) => void
}

/** Runs any command until it ends, under the same limits as {@link runChild}. */
export function runCommand(
  command: string,
  args: readonly string[],
  { env, cwd, input, onOutput }: CommandOptions,
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env, cwd, timeout: TIMEOUT, killSignal: 'SIGKILL' })
    const collect = (stream: NodeJS.ReadableStream): (() => string) => {
      const chunks: Buffer[] = []
      let length = 0
      stream.on('data', (chunk: Buffer) => {
        length += chunk.length
        if (length > MAX_OUTPUT) child.kill('SIGKILL')
        else chunks.push(chunk)
      })
      return () => Buffer.concat(chunks).toString('utf8')
    }
    const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)]
    child.on('error', reject)
    // A child that ends without reading its input is no failure of the test's.
    child.stdin.on('error', () => {})
    if (onOutput !== undefined) child.stdout.on('data', () => onOutput(stdout(), child.stdin))
    input(child.stdin)
    child.on('close', code => resolve({ code, stdout: stdout(), stderr: stderr() }))
  })
}

/** An environment in which a client finds nothing of the person who runs the tests. */
export interface Seclusion {
  readonly directory: string
  readonly env: Readonly<Record<string, string>>
  /** True if the child tried to open a browser. */
  readonly hasOpenedBrowser: () => boolean
}

/** A home directory of its own, gone with the test, and commands in the path that only note that they were run. */
export function seclude(t: Test): Seclusion {
  const directory = mkdtempSync(join(tmpdir(), 'postern-client-'))
  t.teardown(() => rmSync(directory, { recursive: true, force: true }))
  const bin = join(directory, 'bin')
  const mark = join(directory, 'browser-opened')
  mkdirSync(bin)
  for (const name of ['xdg-open', 'open', 'x-www-browser', 'www-browser']) {
    writeFileSync(join(bin, name), `#!/bin/sh\necho "$@" >> '${mark}'\n`, { mode: 0o755 })
  }
  return {
    directory,
    env: {
      HOME: directory,
      TMPDIR: directory,
      BROWSER: join(bin, 'xdg-open'),
      PATH: [bin, dirname(process.execPath), '/usr/bin', '/bin'].join(delimiter),
      NO_COLOR: '1',
      ...COMPILE_CACHE,
    },
    hasOpenedBrowser: () => existsSync(mark),
  }
}
