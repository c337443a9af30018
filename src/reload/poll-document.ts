import { digestOf, type UrlRead } from '../catalogue/document/document-read.ts'
import { fetchChanged } from '../catalogue/document/fetch-document.ts'

/** What is asked, how often, and who is told. */
export interface PollOptions {
  /** All addresses that one document was read from. */
  readonly reads: readonly UrlRead[]
  /** Milliseconds between two rounds, give or take a tenth, so that instances do not ask all at once. */
  readonly interval: number
  /** Rounds or reloads that failed in a row before; each doubles the interval, up to {@link LONGEST}. */
  readonly failures?: number
  /** Something else is there. */
  readonly onChanged: () => void
  /** Nothing changed at any of the addresses. */
  readonly onUnchanged: () => void
  /** One could not be asked: a PosternError `document_invalid`. */
  readonly onFailure: (error: unknown) => void
}

/** Longest interval after failures, unless a longer one is configured; in milliseconds. */
const LONGEST = 600_000
const MAX_BYTES = 64_000_000
const TIMEOUT = 30_000
const AT_ONCE = 8

/**
 * Asks now and then whether a document changed where it was read from, by ETag or Last-Modified where the origin
 * gave one, else by fetching it. Only another text counts. Keeps no process alive.
 *
 * @returns what ends it
 */
export function pollDocument(options: PollOptions): () => void {
  const ended = new AbortController()
  const reads = [...options.reads]
  let failures = options.failures ?? 0
  let timer: NodeJS.Timeout | undefined
  const wait = () => {
    const interval = Math.min(options.interval * 2 ** failures, Math.max(options.interval, LONGEST))
    timer = setTimeout(() => void ask(), interval * (0.9 + Math.random() * 0.2))
    timer.unref()
  }
  const ask = async () => {
    try {
      const isChanged = await hasChanged(reads, ended.signal)
      if (ended.signal.aborted) return
      failures = 0
      wait()
      if (isChanged) options.onChanged()
      else options.onUnchanged()
    } catch (error) {
      if (ended.signal.aborted) return
      failures += 1
      wait()
      options.onFailure(error)
    }
  }
  wait()
  return () => {
    clearTimeout(timer)
    ended.abort()
  }
}

/** Keeps in `reads` what is new to ask with, where another answer holds the same text. */
async function hasChanged(reads: UrlRead[], signal: AbortSignal): Promise<boolean> {
  for (let start = 0; start < reads.length; start += AT_ONCE) {
    const batch = reads.slice(start, start + AT_ONCE)
    const answers = await Promise.all(batch.map(read => askOne(read, signal)))
    for (const [index, answer] of answers.entries()) {
      if (answer === undefined) return true
      reads[start + index] = answer
    }
  }
  return false
}

/** Undefined where there is another text. */
async function askOne(read: UrlRead, signal: AbortSignal): Promise<UrlRead | undefined> {
  const bounds = { maxBytes: MAX_BYTES, timeout: TIMEOUT }
  const found = await fetchChanged(read.url, bounds, read.validators, signal)
  if (found === undefined) return read
  return digestOf(found.text) === read.digest ? { ...read, validators: found.validators } : undefined
}
