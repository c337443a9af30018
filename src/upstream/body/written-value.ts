import type { ArgumentProblem, Encoding } from '../../catalogue/tool.ts'
import { argumentProblem } from '../invalid-arguments.ts'
import { readFile } from './read-file.ts'

/** A value as it goes into a body or a part of one. */
export interface WrittenValue {
  readonly content: string | Buffer
  /** What a data URI said of it. */
  readonly mediaType: string | undefined
  readonly fileName: string | undefined
}

/**
 * Writes one value as its encoding says; undefined where it was refused (then `problems` has grown).
 *
 * @param at - where the value is among the arguments
 */
export function writtenValue(
  value: unknown,
  encoding: Encoding,
  at: readonly (string | number)[],
  problems: ArgumentProblem[],
): WrittenValue | undefined {
  if (encoding === 'json') return plain(JSON.stringify(value))
  if (encoding === 'jsonLines') return plain(jsonLines(value))
  const text = textOf(value)
  if (!text.isWellFormed()) {
    problems.push(argumentProblem(at, 'well-formed Unicode text', 'a text with half a surrogate pair'))
    return undefined
  }
  if (encoding === 'text') return plain(text)
  const file = readFile(text, encoding)
  if (file !== undefined) {
    return { content: file.bytes, mediaType: file.mediaType, fileName: file.fileName }
  }
  problems.push({
    ...argumentProblem(at, 'base64, or a data URI', 'a text that is neither'),
    example: 'data:application/octet-stream;base64,SGVsbG8=',
  })
  return undefined
}

function plain(content: string): WrittenValue {
  return { content, mediaType: undefined, fileName: undefined }
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  return JSON.stringify(value) ?? ''
}

function jsonLines(value: unknown): string {
  const lines = Array.isArray(value) ? value : [value]
  return lines.map(line => `${JSON.stringify(line)}\n`).join('')
}
