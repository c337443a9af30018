import type { ChainDigest, ChainPlace } from './chain-line.ts'

/** What is known of one chain. */
export interface VerifiedChain {
  readonly chain: string
  /** Number of its first line that was seen: 0 unless earlier files were not given. */
  readonly first: number
  /** Number of its latest line. */
  readonly seq: number
  /** Hash of its latest line. */
  readonly hash: string
}

interface Seen extends VerifiedChain {
  seq: number
  hash: string
  readonly digest: ChainDigest
  /** Hashes of its latest lines, by their number; undefined for chains that have long ended. */
  recent: Map<number, string> | undefined
}

/** How far back a line may be that another process names: what several write at the same moment. */
const MOST_RECENT = 16_384
/** Chains whose lines before the latest one can be named. */
const MOST_CHAINS = 64

/**
 * The chains of an audit as far as their lines were read. Keeps the last hashes of the chains that were linked to
 * last, and of all others the end alone, so that it stays small however many lines there are. Checks nothing.
 */
export class SeenChains {
  /** Those whose links came last stand last. */
  readonly #chains = new Map<string, Seen>()

  /** What is known of a chain, and what its hashes are made with; undefined where no line of it was seen. */
  get(chain: string): (VerifiedChain & { readonly digest: ChainDigest }) | undefined {
    return this.#chains.get(chain)
  }

  all(): readonly VerifiedChain[] {
    return [...this.#chains.values()].map(({ chain, first, seq, hash }) => ({ chain, first, seq, hash }))
  }

  /** Takes the first line of a chain that was not seen before. */
  begin({ chain, seq, hash }: ChainPlace, digest: ChainDigest): void {
    this.#chains.set(chain, { chain, first: seq, seq, hash, digest, recent: new Map() })
    this.#forgetOld()
  }

  /** Takes a line of a chain that has begun. */
  extend({ chain, seq, hash }: ChainPlace, isLink: boolean): void {
    const seen = this.#chains.get(chain)
    if (seen === undefined) return
    seen.seq = seq
    seen.hash = hash
    seen.recent ??= new Map()
    seen.recent.set(seq, hash)
    seen.recent.delete(seq - MOST_RECENT)
    if (!isLink) return
    this.#chains.delete(chain)
    this.#chains.set(chain, seen)
  }

  /** The hash of a line that was seen; undefined where it is too far back, or of another chain. */
  hashAt(chain: string, seq: number): string | undefined {
    const seen = this.#chains.get(chain)
    return seen?.seq === seq ? seen.hash : seen?.recent?.get(seq)
  }

  #forgetOld(): void {
    let surplus = this.#chains.size - MOST_CHAINS
    for (const chain of this.#chains.values()) {
      if (surplus-- <= 0) return
      chain.recent = undefined
    }
  }
}
