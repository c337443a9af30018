import { spawnSync } from 'node:child_process'
import { type Ended, runCommand } from './run-child.ts'

/** What is typed once a client has asked for it. */
export interface Reply {
  readonly to: RegExp
  /** Without the Return at its end. */
  readonly text: string
}

const MISSING = 'script of util-linux is not installed, which gives a client its terminal'

/** What `skip` of a test is that needs a terminal: false, or why it is skipped. */
export function withoutTerminal(): string | false {
  const { status, stdout } = spawnSync('script', ['--version'], { encoding: 'utf8' })
  return status === 0 && stdout.includes('util-linux') ? false : MISSING
}

/**
 * Runs a script of Node in a terminal of its own, as a person would: some clients sign in only there. What it writes
 * to either output is `stdout`, as the terminal has but one.
 */
export function runInTerminal(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  cwd: string,
  replies: readonly Reply[] = [],
): Promise<Ended> {
  const open = [...replies]
  const command = [process.execPath, ...args].map(quoted).join(' ')
  return runCommand('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    env: { ...env, TERM: 'xterm-256color', SHELL: '/bin/sh' },
    cwd,
    // Stays open, as a keyboard does.
    input: () => {},
    onOutput(text, stdin) {
      const [next] = open
      if (next === undefined || !next.to.test(text)) return
      open.shift()
      stdin.write(`${next.text}\r`)
    },
  })
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`
}
