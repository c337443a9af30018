import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'
import { stringify } from 'yaml'
import { BIN, documentOf } from '../serve-child.ts'

/** How a command ended. */
export interface Ran {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs `postern` with these arguments to its end. */
export function runPostern(
  args: readonly string[],
  options: { cwd?: string; input?: string; env?: NodeJS.ProcessEnv } = {},
): Ran {
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, ...args], {
    encoding: 'utf8',
    timeout: 60_000,
    ...options,
  })
  return { status, stdout, stderr }
}

/** A directory with `postern.yaml` and its document; `changes` replace members of the configuration. */
export function workspace(
  t: Test,
  changes: object = {},
  document: object = documentOf(['/a', '/b']),
): string {
  const directory = t.testdir()
  const config = {
    name: 'acme',
    apis: [{ name: 'billing', openapi: './openapi.json', upstream: 'http://127.0.0.1:9' }],
    auth: [{ type: 'token' }],
    ...changes,
  }
  writeFileSync(join(directory, 'postern.yaml'), stringify(config))
  writeFileSync(join(directory, 'openapi.json'), JSON.stringify(document))
  return directory
}
