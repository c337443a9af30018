import { readFileSync, statSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import type { Config } from '../../config/config.ts'
import { configurationInvalid } from '../../config/problem.ts'
import type { LockFile } from './lock-file.ts'
import { parseLock } from './parse-lock.ts'

/** Far above what 100,000 tools need. */
const MAX_BYTES = 64_000_000

/** Where a configuration's lock file is: beside it, `postern.lock.json` for `postern.yaml`. */
export function lockFileOf({ file, directory }: Pick<Config, 'file' | 'directory'>): string {
  return join(directory, `${basename(file, extname(file))}.lock.json`)
}

/**
 * Reads a lock file; undefined where there is none. The gateway only reads it: `postern lock` writes it.
 *
 * @throws PosternError `configuration_invalid` where it is there but can't be read
 */
export function readLock(file: string): LockFile | undefined {
  try {
    if (statSync(file).size > MAX_BYTES) throw unreadable(file, `larger than ${MAX_BYTES} bytes`)
    return parseLock(readFileSync(file, 'utf8'), file)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT') return undefined
    if (typeof code === 'string' && /^E[A-Z]+$/.test(code))
      throw unreadable(file, `it can’t be read (${code})`)
    throw error
  }
}

function unreadable(file: string, message: string) {
  return configurationInvalid(file, [
    { path: '', message, fix: 'make it a readable file, or remove it and run `postern lock`' },
  ])
}
