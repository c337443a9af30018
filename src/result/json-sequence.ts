import { readJson } from './json-text.ts'

/** Whether a type is JSON values one after the other: lines (NDJSON, JSON Lines) or RFC 7464 sequences. */
export function isJsonSequence(type: string): boolean {
  return /^application\/(?:(?:x-)?(?:ndjson|jsonl|jsonlines|json-?stream|json-lines|ldjson)|(?:[\w.-]+\+)?json-seq|stream\+json)$/.test(
    type,
  )
}

/**
 * The values of a sequence, each on one line: split at record separators where there are any (RFC 7464), at the
 * ends of lines otherwise. What is no JSON stays as it is; nothing is dropped but emptiness.
 */
export function readSequence(source: string): readonly string[] {
  return source
    .split(source.includes(SEPARATOR) ? SEPARATOR : /\r\n|\n|\r/)
    .map(record => record.trim())
    .filter(record => record !== '')
    .map(record => readJson(record)?.text ?? record)
}

const SEPARATOR = '\u001e'
