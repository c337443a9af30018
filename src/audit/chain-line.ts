import { createHmac, createSecretKey, hash } from 'node:crypto'

/**
 * A line's place in a chain, which its last members say: `"chain":"…","seq":7,"hash":"…"`.
 *
 * The hash is over the hash of the line before in the same chain (of a chain's first line: {@link GENESIS}),
 * followed by the line's own bytes up to `,"hash"`. All hashes are 64 hexadecimal digits.
 */
export interface ChainPlace {
  /** Which chain: each process has its own, so that several may append to one file. */
  readonly chain: string
  /** Counts the lines of the chain from 0. */
  readonly seq: number
  readonly hash: string
}

/** What stands in for the hash before a chain's first line. */
export const GENESIS = '0'.repeat(64)

/** Bytes of the member `hash` and of the brace that ends the line. */
export const HASH_BYTES = ',"hash":""}'.length + GENESIS.length

/** Hashes the hash of the line before and a line's content, one after the other. Hexadecimal. */
export type ChainDigest = (bytes: Buffer) => string

/** SHA-256, or with a key HMAC-SHA-256 (RFC 2104). */
export function chainDigest(key: string | undefined): ChainDigest {
  if (key === undefined) return bytes => hash('sha256', bytes, 'hex')
  const secret = createSecretKey(Buffer.from(key))
  return bytes => createHmac('sha256', secret).update(bytes).digest('hex')
}

/** Reads a line's place from its end; undefined for a line that is in no chain. Without the newline. */
export function readPlace(line: Buffer): ChainPlace | undefined {
  const end = line.toString('latin1', Math.max(0, line.length - LONGEST_PLACE))
  const [, chain, seq, digest] = PLACE.exec(end) ?? []
  if (chain === undefined || digest === undefined) return undefined
  return { chain, seq: Number(seq), hash: digest }
}

/** Bytes of a chained line before the members that say its place; the brace that closes it is not among them. */
export function ownLength(line: Buffer): number {
  const end = line.toString('latin1', Math.max(0, line.length - LONGEST_PLACE))
  return line.length - (PLACE.exec(end)?.[0].length ?? 0)
}

const PLACE = /,"chain":"([0-9a-f]{16})","seq":(0|[1-9]\d{0,14}),"hash":"([0-9a-f]{64})"\}$/
const LONGEST_PLACE = 160
