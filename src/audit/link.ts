import type { ChainPlace } from './chain-line.ts'

/**
 * A line that says what comes before it, besides the line before in its own chain. One is written wherever that is
 * not the file's last line: at the start, in a new file after a rotation, after lines of another process, after a
 * failure.
 */
export interface Link {
  /** Hash of the line before in this chain, which may be in an earlier file; undefined for its first line. */
  readonly prev?: string | undefined
  /** The file's last line, of whatever chain; undefined where the file was empty or can't be read. */
  readonly after?: ChainPlace | undefined
  /** Bytes of a last line that was not written to its end. */
  readonly torn?: number | undefined
  /** Bytes of lines without a chain that were in the file before. */
  readonly unchained?: number | undefined
  /** Records that could not be kept since the last link. */
  readonly lost?: number | undefined
}

/** A link as a record, one line of JSON without its newline. @param at milliseconds since the epoch */
export function renderLink({ prev, after, torn, unchained, lost }: Link, at: number): string {
  const place = after && `${after.chain}:${after.seq}:${after.hash}`
  return JSON.stringify({
    time: new Date(at).toISOString(),
    event: EVENT,
    prev,
    after: place,
    torn: torn || undefined,
    unchained: unchained || undefined,
    lost: lost || undefined,
  })
}

/** Reads a link; undefined for any other line. */
export function readLink(line: Buffer): Link | undefined {
  if (!line.toString('latin1', 0, HEAD).endsWith(`"event":"${EVENT}"`)) return undefined
  let value: Record<string, unknown>
  try {
    value = JSON.parse(line.toString())
  } catch {
    return undefined
  }
  const { prev, after, torn, unchained, lost } = value
  const [, chain, seq, hash] = AFTER.exec(typeof after === 'string' ? after : '') ?? []
  return {
    prev: typeof prev === 'string' && HASH.test(prev) ? prev : undefined,
    after:
      chain === undefined || hash === undefined || seq === undefined
        ? undefined
        : { chain, seq: Number(seq), hash },
    torn: count(torn),
    unchained: count(unchained),
    lost: count(lost),
  }
}

const EVENT = 'audit_chain'
const HEAD = `{"time":"2026-01-01T00:00:00.000Z","event":"${EVENT}"`.length
const HASH = /^[0-9a-f]{64}$/
const AFTER = /^([0-9a-f]{16}):(\d{1,15}):([0-9a-f]{64})$/

function count(value: unknown): number | undefined {
  return typeof value === 'number' && value > 0 ? value : undefined
}
