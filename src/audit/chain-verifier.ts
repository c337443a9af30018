import {
  type ChainDigest,
  type ChainPlace,
  chainDigest,
  GENESIS,
  HASH_BYTES,
  readPlace,
} from './chain-line.ts'
import { type Link, readLink } from './link.ts'
import { SeenChains, type VerifiedChain } from './seen-chains.ts'

/** What is worth saying of a line that is no fault. */
export interface ChainNote {
  readonly line: number
  readonly note: string
}

/** What {@link ChainVerifier} needs. */
export interface ChainVerifierOptions {
  /** Keys that chains may have been made with; empty for chains without one. */
  readonly keys: readonly string[]
}

/**
 * Checks the lines of an audit, one after the other, over all its files. Keeps no more than the last hashes of each
 * chain, however many lines there are. See `chain.ts` for what it can show and what not.
 */
export class ChainVerifier {
  readonly #digests: readonly ChainDigest[]
  readonly #chains = new SeenChains()
  readonly #notes: ChainNote[] = []
  #line = 0
  #lines = 0
  #lost = 0
  #torn = 0
  #last: string | undefined
  /** Whether the first line of all is the first of its chain; then every chain has to begin with its first. */
  #isWhole: boolean | undefined
  /** Bytes of lines without a chain at the file's head. */
  #unchained = 0
  #isHead = true
  /** Pieces of lines, until the next whole one says whether they may be there. */
  #pieces: { readonly line: number; bytes: number; isEmpty: boolean } | undefined

  constructor({ keys }: ChainVerifierOptions) {
    this.#digests = keys.length === 0 ? [chainDigest(undefined)] : keys.map(chainDigest)
  }

  get chains(): readonly VerifiedChain[] {
    return this.#chains.all()
  }

  /** Lines in chains, links among them. */
  get lines(): number {
    return this.#lines
  }

  /** Records that the audit says it could not keep. */
  get lost(): number {
    return this.#lost
  }

  /** Lines that broke off, because their writer was killed or its disk was full. */
  get torn(): number {
    return this.#torn
  }

  /** Hash of the last line. */
  get last(): string | undefined {
    return this.#last
  }

  /** Of the file that is being read. */
  get notes(): readonly ChainNote[] {
    return this.#notes
  }

  /** Begins the next file. */
  startFile(): void {
    this.#line = 0
    this.#unchained = 0
    this.#isHead = true
    this.#pieces = undefined
    this.#notes.length = 0
  }

  /**
   * Takes the file's next line, without its newline. Returns what is wrong; undefined if nothing is.
   *
   * @param isEnded - whether there was a newline
   */
  take(line: Buffer, isEnded = true): ChainFault | undefined {
    this.#line += 1
    const place = isEnded ? readPlace(line) : undefined
    if (place === undefined) return this.#takeForeign(line, isEnded)
    const link = readLink(line)
    return this.#checkBefore(link) ?? this.#checkPlace(line, place, link) ?? this.#accept(place, link)
  }

  /** Ends the file. Returns what is wrong with its end. */
  endFile(): ChainFault | undefined {
    if (this.#isHead && this.#unchained > 0) return fault(1, 'no line of this file is in a chain')
    this.#endPieces()
    return undefined
  }

  /** A line in no chain: torn, or written before there was a chain, or put in. */
  #takeForeign(line: Buffer, isEnded: boolean): ChainFault | undefined {
    const bytes = line.length + (isEnded ? 1 : 0)
    if (this.#isHead && isEnded) {
      this.#unchained += bytes
      return undefined
    }
    // What was cut off is no JSON any more; a whole record without a place was put in.
    if (isEnded && isJson(line)) return fault(this.#line, NO_PLACE)
    this.#pieces ??= { line: this.#line, bytes: 0, isEmpty: true }
    this.#pieces.bytes += bytes
    if (line.length > 0) this.#pieces.isEmpty = false
    return undefined
  }

  /** Whether what stands between this line and the chain's line before may stand there. */
  #checkBefore(link: Link | undefined): ChainFault | undefined {
    const pieces = this.#pieces
    if (pieces !== undefined) {
      // Who writes next ends a torn line, and says how long it was. Of an empty one, only its end had been missing.
      const torn = link?.torn ?? 0
      if (torn === 0 || (pieces.bytes !== 1 && pieces.bytes !== torn + 1)) return fault(pieces.line, NO_PLACE)
      this.#endPieces()
    }
    if (!this.#isHead) return undefined
    this.#isHead = false
    return this.#checkHead(link)
  }

  #endPieces(): void {
    const pieces = this.#pieces
    this.#pieces = undefined
    if (pieces === undefined || pieces.isEmpty) return
    this.#torn += 1
    const note = `torn: ${pieces.bytes} bytes of a line whose writer was stopped, or is still writing`
    this.#note(note, pieces.line)
  }

  #checkHead(link: Link | undefined): ChainFault | undefined {
    const bytes = this.#unchained - (link?.torn ? link.torn + 1 : 0)
    if (bytes > 0 && bytes !== link?.unchained) return fault(1, NO_PLACE)
    if (bytes > 0) this.#note('lines from before there was a chain: nothing guards them', 1)
    if (link === undefined || link.after !== undefined) {
      return fault(this.#line, 'the file does not begin here: lines before this one are missing')
    }
    return undefined
  }

  #checkPlace(line: Buffer, place: ChainPlace, link: Link | undefined): ChainFault | undefined {
    const chain = this.#chains.get(place.chain)
    if (chain === undefined) return this.#startChain(line, place, link)
    const missing = place.seq - chain.seq - 1
    const name = `chain ${place.chain}`
    if (missing > 0) {
      return fault(
        this.#line,
        `${missing === 1 ? '1 line' : `${missing} lines`} of ${name} before this one ${missing === 1 ? 'is' : 'are'} missing`,
      )
    }
    if (missing < 0) return fault(this.#line, `line ${place.seq} of ${name} comes again or out of order`)
    if (hashOf(line, chain.hash, chain.digest) !== place.hash) {
      return fault(this.#line, 'its hash is not right: it, or the line before it in its chain, was changed')
    }
    return undefined
  }

  #startChain(line: Buffer, place: ChainPlace, link: Link | undefined): ChainFault | undefined {
    const { chain, seq } = place
    this.#isWhole ??= seq === 0
    if (seq > 0 && this.#isWhole) {
      return fault(
        this.#line,
        `lines of chain ${chain} before its number ${seq} are missing from the files given`,
      )
    }
    const prev = seq === 0 ? GENESIS : link?.prev
    if (prev === undefined || link === undefined)
      return fault(this.#line, `chain ${chain} does not begin here`)
    const digest = this.#digests.find(each => hashOf(line, prev, each) === place.hash)
    if (digest === undefined) {
      return fault(
        this.#line,
        'its hash is not right: it was changed, or the chain was made with another key or none',
      )
    }
    if (seq > 0)
      this.#note(`chain ${chain} goes on from ${seq} earlier lines, which are not in the files given`)
    else if (link.after === undefined && this.#lines > 0) {
      this.#note(`chain ${chain} begins anew: nothing ties it to what comes before`)
    }
    this.#chains.begin(place, digest)
    return undefined
  }

  #accept(place: ChainPlace, link: Link | undefined): ChainFault | undefined {
    const wrong = link?.after && this.#checkAfter(link.after)
    if (wrong !== undefined) return wrong
    this.#chains.extend(place, link !== undefined)
    this.#lines += 1
    this.#last = place.hash
    if (link?.lost !== undefined) {
      this.#lost += link.lost
      this.#note(`${link.lost} records before this line could not be kept`)
    }
    return undefined
  }

  /** The line that a link names has to have been seen. */
  #checkAfter({ chain, seq, hash }: ChainPlace): ChainFault | undefined {
    const named = this.#chains.get(chain)
    if (named === undefined || named.seq < seq) {
      return fault(this.#line, `the line that it follows is missing: line ${seq} of chain ${chain}`)
    }
    const seen = this.#chains.hashAt(chain, seq)
    if (seen === hash) return undefined
    return fault(
      this.#line,
      seen === undefined
        ? `it follows line ${seq} of chain ${chain}, which is too far back`
        : `the line that it follows is another one: line ${seq} of chain ${chain} was written anew`,
    )
  }

  #note(note: string, line = this.#line): void {
    if (this.#notes.length < MOST_NOTES) this.#notes.push({ line, note })
  }
}

/** What is wrong, and with which line of its file. */
export interface ChainFault {
  readonly line: number
  readonly problem: string
}

const MOST_NOTES = 1_000
const NO_PLACE = 'it is in no chain: it was put in or changed'

function fault(line: number, problem: string): ChainFault {
  return { line, problem }
}

function isJson(line: Buffer): boolean {
  try {
    JSON.parse(line.toString())
    return true
  } catch {
    return false
  }
}

function hashOf(line: Buffer, previous: string, digest: ChainDigest): string {
  return digest(Buffer.concat([Buffer.from(previous, 'latin1'), line.subarray(0, line.length - HASH_BYTES)]))
}
