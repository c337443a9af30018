/**
 * Ties lines together at the moment they are written: each gets its place and a hash over itself and the hash of the
 * line before, so that no line can be changed, removed, moved or put in without a trace (`verify-chain.ts`).
 *
 * A chain belongs to one process. Where the file does not end with what this process wrote last (at the start, after
 * a rotation, when another process appends to it too), a {@link Link} names the file's last line first. So chains
 * hold one another, and a whole chain can't be taken out either.
 *
 * What it can't show: that the end of a file is missing, unless somebody keeps the last hash elsewhere; and, without
 * a key, that everything from some line on was written anew by somebody who can write the file.
 */
import { randomBytes } from 'node:crypto'
import { fstatSync } from 'node:fs'
import { type ChainDigest, chainDigest, GENESIS, HASH_BYTES, ownLength, readPlace } from './chain-line.ts'
import { readFileEnd } from './file-end.ts'
import { type Link, readLink, renderLink } from './link.ts'

/** What {@link Chain} needs. */
export interface ChainOptions {
  /** Makes the hashes HMACs. */
  readonly key?: string | undefined
  /** Whether the descriptor can be read, if it is a file. */
  readonly isReadable: boolean
  readonly now: () => number
}

/** Where a chain has got to. */
interface State {
  readonly seq: number
  readonly hash: string
  /** Lost records that links have told of. */
  readonly lost: number
}

const START: State = { seq: 0, hash: GENESIS, lost: 0 }

/** See the file's head. */
export class Chain {
  readonly #options: ChainOptions
  readonly #digest: ChainDigest
  #id = newId()
  #state = START
  /** The state before the lines that were tied last. */
  #before = START
  /** The file after them, `device:inode:size`; undefined where a link has to be written whatever it is. */
  #left: string | undefined
  /** Bytes of a line that broke off where nothing can be read back. */
  #broken = 0

  constructor(options: ChainOptions) {
    this.#options = options
    this.#digest = chainDigest(options.key)
  }

  /**
   * Ties lines that are about to be appended.
   *
   * @param lines whole records of JSON, each with its newline
   * @param lost records lost so far, in all
   * @throws Error of the file system where the file's end can't be read; the chain is as before then
   */
  tie(lines: Buffer, fd: number, lost: number): Buffer {
    const { isReadable, now } = this.#options
    const stat = fstatSync(fd)
    const isFile = isReadable && stat.isFile()
    const fileOf = (size: number) => (isFile ? `${stat.dev}:${stat.ino}:${size}` : 'no file')
    const pieces: Buffer[] = []
    const before = this.#state
    if (this.#left !== fileOf(stat.size) || lost !== before.lost) {
      const link = this.#link(isFile && stat.size > 0 ? { fd, size: stat.size } : undefined)
      if (link.torn) pieces.push(Buffer.from('\n'))
      const line = renderLink({ ...link, lost: lost - before.lost }, now())
      this.#state = { ...before, lost }
      pieces.push(this.#tieLine(Buffer.from(line)))
    }
    for (const line of linesOf(lines)) pieces.push(this.#tieLine(line))
    const tied = Buffer.concat(pieces)
    this.#before = before
    this.#left = fileOf(stat.size + tied.length)
    this.#broken = 0
    return tied
  }

  /**
   * Takes back what {@link Chain.tie} did to lines that could not be written: they are tied anew with the next ones.
   *
   * @param tied what it gave back last
   * @param written how many bytes of it are out; a line that is out in part counts as not written
   * @returns the lines as they were, links left out
   */
  undo(tied: Buffer, written: number): Buffer {
    const start = written === 0 ? 0 : tied.lastIndexOf(NEWLINE, written - 1) + 1
    const last = [...linesOf(tied.subarray(0, start))].at(-1)
    const place = last && readPlace(last)
    const rest = [...linesOf(tied.subarray(start))]
    const owner = rest.map(readPlace).find(found => found !== undefined)
    if (owner?.chain === this.#id) {
      this.#state =
        place === undefined ? this.#before : { seq: place.seq + 1, hash: place.hash, lost: this.#state.lost }
    }
    this.#left = undefined
    this.#broken = written - start
    return Buffer.concat(rest.flatMap(untie))
  }

  /** Begins a new chain: for lines of which nobody knows whether they come before or after what is being written. */
  fork(): void {
    this.#id = newId()
    this.#state = { ...START, lost: this.#state.lost }
    this.#before = this.#state
    this.#left = undefined
  }

  #link(file: { fd: number; size: number } | undefined): Link {
    const { seq, hash } = this.#state
    const prev = seq === 0 ? undefined : hash
    if (file === undefined) return { prev, torn: this.#broken }
    const { last, torn } = readFileEnd(file.fd, file)
    return { prev, after: last, torn, unchained: last === undefined ? file.size - torn : 0 }
  }

  /** @param line without its newline; the result has it */
  #tieLine(line: Buffer): Buffer {
    const { seq, hash, lost } = this.#state
    const place = `,"chain":"${this.#id}","seq":${seq}`
    const own = line.length - 1
    const hashed = hash.length + own + place.length
    // The hash before stands in front for as long as it is hashed, and is not given back.
    const bytes = Buffer.allocUnsafe(hashed + HASH_BYTES + 1)
    bytes.write(hash, 'latin1')
    line.copy(bytes, hash.length, 0, own)
    bytes.write(place, hash.length + own, 'latin1')
    const digest = this.#digest(bytes.subarray(0, hashed))
    bytes.write(`,"hash":"${digest}"}\n`, hashed, 'latin1')
    this.#state = { seq: seq + 1, hash: digest, lost }
    return bytes.subarray(hash.length)
  }
}

const NEWLINE = 0x0a

function newId(): string {
  return randomBytes(8).toString('hex')
}

/** The lines without their newlines, empty ones left out. */
function* linesOf(bytes: Buffer): Generator<Buffer> {
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(NEWLINE, start)
    const stop = end === -1 ? bytes.length : end
    if (stop > start) yield bytes.subarray(start, stop)
    start = stop + 1
  }
}

/** A record as it was, with its newline; nothing for a link. */
function untie(line: Buffer): readonly Buffer[] {
  if (readLink(line) !== undefined) return []
  return [line.subarray(0, ownLength(line)), Buffer.from('}\n')]
}
