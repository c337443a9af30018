import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'
import type { Config } from '../../src/config/config.ts'
import { loadConfig } from '../../src/config/load.ts'
import type { ConfigProblem } from '../../src/config/problem.ts'
import { PosternError } from '../../src/errors.ts'

/** The least that loads. */
export const MINIMAL = `name: acme
apis: [{ name: billing, openapi: billing.yaml }]
auth: [{ type: token }]
`

let count = 0

/** Writes a configuration file into the test's directory and loads it. */
export function loadText(t: Test, text: string | Uint8Array, env: NodeJS.ProcessEnv = {}): Config {
  const file = join(t.testdir(), `${++count}.yaml`)
  writeFileSync(file, text)
  return loadConfig(file, { env })
}

/** The problems of a configuration that must not load. */
export function problemsOf(
  t: Test,
  text: string | Uint8Array,
  env: NodeJS.ProcessEnv = {},
): readonly ConfigProblem[] {
  try {
    loadText(t, text, env)
  } catch (error) {
    if (!(error instanceof PosternError) || error.code !== 'configuration_invalid') throw error
    return (error.data as { problems: readonly ConfigProblem[] }).problems
  }
  throw new Error('the configuration loaded')
}
