import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Config } from './config.ts'
import type { ConfigPath, Finding } from './problem.ts'
import type { KeyConfig } from './schema/key-source.ts'

/** Reads the files of `signing.keys` and `sealing.keys`; relative paths are relative to the configuration's. */
export function readKeyFiles(config: Config): {
  /** With the text of every key that could be read. */
  readonly config: Config
  readonly findings: readonly Finding[]
} {
  const { signing, sealing, directory } = config
  const findings: Finding[] = []
  const read = (section: string, keys: readonly KeyConfig[]) =>
    keys.map((key, index) => {
      if (key.file === undefined) return key
      try {
        return { ...key, value: readFileSync(resolve(directory, key.file), 'utf8') }
      } catch (error) {
        findings.push(unreadable([section, 'keys', index, 'file'], error))
        return key
      }
    })
  return {
    config: {
      ...config,
      signing: signing && { keys: read('signing', signing.keys) },
      sealing: sealing && { keys: read('sealing', sealing.keys) },
    },
    findings,
  }
}

function unreadable(path: ConfigPath, error: unknown): Finding {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
  return { path, message: `the file can’t be read (${code})`, fix: 'correct the path, or its permissions' }
}
