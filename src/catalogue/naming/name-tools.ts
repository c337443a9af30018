import { createHash } from 'node:crypto'
import { words } from './words.ts'

/** What clients take at most, and what some of them take at most together with the server's name. */
const MAX_LENGTH = 64
const JOINED_LENGTH = 60
/** What is left for the operation, however long the prefix is. */
const LEAST_ROOM = 24
const HASH_LENGTH = 6

/** What a tool's name is made from. */
export interface NameSource {
  readonly operationId: string | undefined
  /** Upper case. */
  readonly method: string
  readonly path: string
}

/**
 * The name that an operation gives its tool: `[A-Za-z0-9_-]`, at most 60 characters, less where the
 * prefix is a name that people will give the server too (some clients join both). From the operationId in
 * snake_case, else from method and path (`get_invoices_by_id`). The same operation always yields the same.
 *
 * @param prefix - put in front as it is; not repeated where the name starts with it already
 */
export function nameTool(source: NameSource, prefix: string): string {
  const full = fullName(source, prefix)
  return shorten(full, lengthFor(prefix), `${source.operationId} ${source.method} ${source.path}`)
}

/** The same, however long it is. */
export function fullName(source: NameSource, prefix: string): string {
  const name = wordsOfOperation(source).join('_')
  return prefix !== '' && name.startsWith(prefix) && name !== prefix ? name : prefix + name
}

function lengthFor(prefix: string): number {
  const server = prefix.replace(/[_-]+$/, '').length
  return Math.min(JOINED_LENGTH, Math.max(JOINED_LENGTH - server, prefix.length + LEAST_ROOM))
}

/** What an operation is called, word by word: by its operationId, else by method and path. Never empty. */
export function wordsOfOperation(source: NameSource): readonly string[] {
  const fromId = words(source.operationId ?? '')
  return fromId.length > 0 ? fromId : wordsOfPath(source)
}

/**
 * A name that is not taken: the name itself, or with `_2`, `_3`, … at its end, still at most 64 characters.
 */
export function uniqueName(name: string, isTaken: (name: string) => boolean): string {
  let candidate = name
  for (let count = 2; isTaken(candidate); count++) {
    const suffix = `_${count}`
    candidate = name.slice(0, MAX_LENGTH - suffix.length) + suffix
  }
  return candidate
}

function wordsOfPath({ method, path }: NameSource): readonly string[] {
  const parts = path.split('/').flatMap(segment => {
    const variables = [...segment.matchAll(/\{([^{}]+)\}/g)].map(match => words(match[1] ?? ''))
    const literals = words(segment.replace(/\{[^{}]*\}/g, ' '))
    return [...literals, ...variables.flatMap(variable => ['by', ...variable])]
  })
  return [method.toLowerCase(), ...(parts.length > 0 ? parts : ['root'])]
}

/** Cut at a word, with a hash of the whole so that names that start alike stay apart. */
function shorten(name: string, length: number, identity: string): string {
  if (name.length <= length) return name
  const hash = createHash('sha256').update(`${name} ${identity}`).digest('hex').slice(0, HASH_LENGTH)
  const cut = name.slice(0, length - HASH_LENGTH - 1)
  const word = cut.lastIndexOf('_')
  return `${word > length / 2 ? cut.slice(0, word) : cut}_${hash}`
}
