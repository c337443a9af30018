import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { NO_FILE, signatureOf } from '../catalogue/document/document-read.ts'
import type { Config } from '../config/config.ts'
import type { FileSignatures } from './file-signatures.ts'

/** Absolute paths of the files that a configuration has its keys, its certificate and what prompts show from. */
export function keyFiles(config: Config): readonly string[] {
  return keysIn(config).map(({ path }) => path)
}

/**
 * Signatures of those files as they were when the configuration was read: one that has another text by now has the
 * signature of none, so that it counts as changed.
 */
export function keySignatures(config: Config): FileSignatures {
  return new Map(keysIn(config).map(file => [file.path, signatureIf(file)]))
}

interface HeldFile {
  readonly path: string
  /** What it said when it was read. */
  readonly value: string
  readonly encoding: 'utf8' | 'base64'
}

function keysIn({ signing, sealing, listen: { tls }, prompts, directory }: Config): readonly HeldFile[] {
  const ofTls = tls && [
    { file: tls.cert, value: tls.certificate },
    { file: tls.key, value: tls.privateKey },
  ]
  const texts = [...(signing?.keys ?? []), ...(sealing?.keys ?? []), ...(ofTls ?? [])]
  const media = prompts.flatMap(({ messages }) => messages.flatMap(each => ('file' in each ? each : [])))
  return [
    ...texts.map(({ file, value }) => ({ file, value, encoding: 'utf8' as const })),
    ...media.map(({ file, data }) => ({ file, value: data, encoding: 'base64' as const })),
  ].flatMap(({ file, ...rest }) => (file === undefined ? [] : { path: resolve(directory, file), ...rest }))
}

function signatureIf({ path, value, encoding }: HeldFile): string {
  try {
    const stats = statSync(path, { bigint: true })
    return readFileSync(path, encoding) === value ? signatureOf(stats) : NO_FILE
  } catch {
    return NO_FILE
  }
}
