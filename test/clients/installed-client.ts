/**
 * Command-line clients of other makers that tests connect for real. `scripts/install-test-clients.ts` puts them into
 * `build/clients`, as the lock files of `test/clients/packages` say; nothing of them is a dependency of the project.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isContinuousIntegration } from '../store/start-redis.ts'

/** Where they are, one folder each. */
export const CLIENTS_DIRECTORY = fileURLToPath(new URL('../../build/clients/', import.meta.url))

/** One of them. */
export interface TestClient {
  /** Folder below `test/clients/packages` and below {@link CLIENTS_DIRECTORY}. */
  readonly name: string
  /** The script that Node starts, below its folder. */
  readonly script: string
  /** Megabytes on the disk. */
  readonly size: number
  /** Left to `npm run test:clients`, for its size. */
  readonly isLarge: boolean
  /** What it would like to have besides and runs without, such as native modules. */
  readonly omitsOptional: boolean
}

/** All of them. */
export const TEST_CLIENTS = {
  'claude-code': {
    name: 'claude-code',
    script: 'node_modules/@anthropic-ai/claude-code/cli-wrapper.cjs',
    size: 364,
    isLarge: false,
    omitsOptional: false,
  },
  codex: {
    name: 'codex',
    script: 'node_modules/@openai/codex/bin/codex.js',
    size: 404,
    isLarge: true,
    omitsOptional: false,
  },
  'gemini-cli': {
    name: 'gemini-cli',
    script: 'node_modules/@google/gemini-cli/bundle/gemini.js',
    size: 96,
    isLarge: false,
    omitsOptional: true,
  },
} as const satisfies Record<string, TestClient>

export type TestClientName = keyof typeof TEST_CLIENTS

/** The file that says that a client was installed in whole, and from which lock file. */
export const MARK = 'installed.json'

/** The script of an installed client. */
export function clientScript(name: TestClientName): string {
  return join(CLIENTS_DIRECTORY, name, TEST_CLIENTS[name].script)
}

/**
 * What `skip` of a test is: false, or what to do to have it run.
 *
 * @throws where `CI` is set and the client is one that `npm test` installs: there nobody would see that it was skipped.
 */
export function withoutClient(name: TestClientName): string | false {
  if (existsSync(join(CLIENTS_DIRECTORY, name, MARK))) return false
  const { isLarge, size } = TEST_CLIENTS[name]
  const command = isLarge ? 'npm run test:clients' : 'node scripts/install-test-clients.ts'
  const missing = `${name} is not installed (${size} MB): ${command}`
  if (isContinuousIntegration() && !isLarge) throw new Error(missing)
  return missing
}
