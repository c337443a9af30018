import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Test } from 'tap'
import { clientScript, type TestClientName } from './installed-client.ts'
import { type Ended, runChild, runCommand, type Seclusion, seclude } from './run-child.ts'
import { type Reply, runInTerminal } from './run-in-terminal.ts'

/** A client in a home of its own, in a folder that is no project of anybody’s. */
export interface RealClient extends Seclusion {
  /** Runs it with these arguments. */
  readonly run: (...args: string[]) => Promise<Ended>
  /** The same with something on its standard input, which stays open until it has written what `until` finds. */
  readonly converse: (input: string, until: RegExp, ...args: string[]) => Promise<Ended>
  /** The same where it believes that a person sits before it. */
  readonly runInTerminal: (args: readonly string[], replies?: readonly Reply[]) => Promise<Ended>
  /** Runs a line as people paste it into a shell, where the client’s command is in the path. */
  readonly paste: (line: string, more?: Readonly<Record<string, string>>) => Promise<Ended>
  /** Writes a file of its home. */
  readonly write: (path: string, text: string) => void
  readonly read: (path: string) => string
}

/** What keeps each from calling home, and from asking what was not asked. */
const QUIET: Readonly<Record<TestClientName, Readonly<Record<string, string>>>> = {
  'claude-code': {
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    DISABLE_AUTOUPDATER: '1',
    DISABLE_ERROR_REPORTING: '1',
    DISABLE_TELEMETRY: '1',
  },
  codex: {},
  'gemini-cli': { GEMINI_CLI_TRUST_WORKSPACE: 'true', GEMINI_TELEMETRY_ENABLED: 'false', DISPLAY: ':0' },
}

/** The command that people type. */
const COMMANDS: Readonly<Record<TestClientName, string>> = {
  'claude-code': 'claude',
  codex: 'codex',
  'gemini-cli': 'gemini',
}

/** Starts nothing yet: a client that is installed and knows no server. */
export function realClient(
  t: Test,
  name: TestClientName,
  more: Readonly<Record<string, string>> = {},
): RealClient {
  const seclusion = seclude(t)
  const env = { ...seclusion.env, ...QUIET[name], ...more }
  const script = clientScript(name)
  const cwd = join(seclusion.directory, 'work')
  mkdirSync(cwd)
  mkdirSync(join(seclusion.directory, '.codex'))
  const command = join(seclusion.directory, 'bin', COMMANDS[name])
  writeFileSync(command, `#!/bin/sh\nexec '${process.execPath}' '${script}' "$@"\n`, { mode: 0o755 })
  return {
    ...seclusion,
    env,
    run: (...args) => runChild([script, ...args], env, '', cwd),
    converse: (input, until, ...args) =>
      runCommand(process.execPath, [script, ...args], {
        env,
        cwd,
        input: stdin => stdin.write(input),
        onOutput: (text, stdin) => until.test(text) && stdin.end(),
      }),
    runInTerminal: (args, replies) => runInTerminal([script, ...args], env, cwd, replies),
    paste: (line, extra = {}) =>
      runCommand('/bin/sh', ['-c', line], { env: { ...env, ...extra }, cwd, input: stdin => stdin.end() }),
    write(path, text) {
      const file = join(seclusion.directory, path)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, text)
    },
    read: path => readFileSync(join(seclusion.directory, path), 'utf8'),
  }
}
