import type { BigIntStats } from 'node:fs'
import { stat } from 'node:fs/promises'
import { NO_FILE, signatureOf } from '../catalogue/document/document-read.ts'

/** Which content each file had, by its absolute path. */
export type FileSignatures = ReadonlyMap<string, string>

/** Looks at files, symbolic links followed; one that can't be looked at counts as not there. */
export async function fileSignatures(paths: Iterable<string>): Promise<FileSignatures> {
  const all = [...paths]
  const stats = await Promise.all(all.map(look))
  return new Map(all.map((path, index) => [path, stats[index] ?? NO_FILE]))
}

async function look(path: string): Promise<string> {
  let stats: BigIntStats
  try {
    stats = await stat(path, { bigint: true })
  } catch {
    return NO_FILE
  }
  return signatureOf(stats)
}
