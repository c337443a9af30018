import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { PosternError } from '../errors.ts'
import { printable } from './printable.ts'

/**
 * Writes a file as a whole: whoever reads meanwhile sees the old content or the new.
 *
 * @throws PosternError `invalid_params` where it can't be written
 */
export function replaceFile(file: string, content: string | Uint8Array): void {
  const aside = `${file}.${process.pid}.tmp`
  try {
    writeFileSync(aside, content)
    renameSync(aside, file)
  } catch (cause) {
    rmSync(aside, { force: true })
    const why = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error'
    throw new PosternError('invalid_params', {
      message: `${printable(file)}: it can’t be written (${why}).`,
      cause,
    })
  }
}
