import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { NO_FILE, signatureOf } from '../catalogue/document/document-read.ts'
import type { Config } from '../config/config.ts'
import type { FileSignatures } from './file-signatures.ts'

/** Absolute paths of the files that a configuration has its keys from, and its certificate. */
export function keyFiles(config: Config): readonly string[] {
  return keysIn(config).map(({ path }) => path)
}

/**
 * Signatures of those files as they were when the configuration was read: one that has another text by now has the
 * signature of none, so that it counts as changed.
 */
export function keySignatures(config: Config): FileSignatures {
  return new Map(keysIn(config).map(({ path, value }) => [path, signatureIf(path, value)]))
}

function keysIn({ signing, sealing, listen: { tls }, directory }: Config) {
  const ofTls = tls && [
    { file: tls.cert, value: tls.certificate },
    { file: tls.key, value: tls.privateKey },
  ]
  return [...(signing?.keys ?? []), ...(sealing?.keys ?? []), ...(ofTls ?? [])].flatMap(({ file, value }) =>
    file === undefined ? [] : { path: resolve(directory, file), value },
  )
}

function signatureIf(path: string, value: string): string {
  try {
    const stats = statSync(path, { bigint: true })
    return readFileSync(path, 'utf8') === value ? signatureOf(stats) : NO_FILE
  } catch {
    return NO_FILE
  }
}
