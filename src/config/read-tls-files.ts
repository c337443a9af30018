import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Config } from './config.ts'
import type { Finding } from './problem.ts'

/** Reads the files of `listen.tls`; relative paths are relative to the configuration's. */
export function readTlsFiles(config: Config): {
  /** With what the files hold, as far as they could be read. */
  readonly config: Config
  readonly findings: readonly Finding[]
} {
  const { listen, directory } = config
  const { tls } = listen
  if (tls === undefined) return { config, findings: [] }
  const findings: Finding[] = []
  const read = (name: 'cert' | 'key'): string => {
    try {
      return readFileSync(resolve(directory, tls[name]), 'utf8')
    } catch (error) {
      findings.push(unreadable(name, error))
      return ''
    }
  }
  const texts = { certificate: read('cert'), privateKey: read('key') }
  const isKeyOpen = texts.privateKey !== '' && isReadableByAll(resolve(directory, tls.key))
  return { config: { ...config, listen: { ...listen, tls: { ...tls, ...texts, isKeyOpen } } }, findings }
}

function unreadable(name: string, error: unknown): Finding {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
  return {
    path: ['listen', 'tls', name],
    message: code === 'ENOENT' ? 'there is no such file' : `the file can’t be read (${code})`,
    fix: 'correct the path, or its permissions',
  }
}

function isReadableByAll(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false })
  return process.platform !== 'win32' && stats !== undefined && (stats.mode & 0o004) !== 0
}
