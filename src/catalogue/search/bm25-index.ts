/**
 * Ranks documents by BM25F: the occurrences of a term in all fields are added up, each held against the length of
 * its field and times the field's weight, and the sum saturates once (Zaragoza and others 2004, "Microsoft Cambridge
 * at TREC-13"; Robertson and Zaragoza 2009, "The probabilistic relevance framework: BM25 and beyond", 3.6).
 *
 *     tf    = Σ over fields of  weight · occurrences / (1 − b + b · length / usual length)
 *     score = Σ over the query's terms of  idf · tf · (k1 + 1) / (tf + k1)
 *     idf   = ln(1 + (N − n + 0.5) / (n + 0.5))
 *
 * N and n count only the documents that the asker may see, and the usual length of a field is a constant instead of
 * an average, so that the order of what is found tells nothing of what is hidden.
 */

/** Saturation: how little a term's further occurrences add. */
export const K1 = 1.2
/** How much a long field is held against its document, 0 to 1. */
export const B = 0.75
/** What an occurrence of a related term counts, against 1 for the term itself. */
export const RELATED_WEIGHT = 0.4

/** One text of a document. */
export interface Field {
  readonly terms: readonly string[]
  /** What an occurrence in a text of the usual length counts. */
  readonly weight: number
  /** In terms. */
  readonly usualLength: number
}

/** A term to look for, with others that do nearly as well. */
export interface QueryTerm {
  readonly term: string
  readonly related: readonly string[]
}

/** The documents that an asker may see, with what follows from the choice. Made by {@link Bm25Index.choose}. */
export interface Choice {
  /** 1 at the positions of the documents that are in it. */
  readonly isIn: Uint8Array
  readonly count: number
}

/** A document that was found. */
export interface Hit {
  readonly position: number
  readonly score: number
}

/** An index over documents that are known by their position. */
export class Bm25Index {
  /** Term → position, tf, position, tf, …; positions ascend. */
  readonly #postings = new Map<string, number[]>()
  readonly #size: number

  constructor(documents: Iterable<readonly Field[]>) {
    let position = 0
    for (const fields of documents) {
      for (const { terms, weight, usualLength } of fields) {
        const each = weight / (1 - B + (B * terms.length) / usualLength)
        for (const term of terms) this.#count(term, position, each)
      }
      position += 1
    }
    this.#size = position
  }

  /** Chooses documents by position. Costs as much as there are documents; keep it. */
  choose(positions: readonly number[]): Choice {
    const isIn = new Uint8Array(this.#size)
    for (const position of positions) isIn[position] = 1
    return { isIn, count: positions.length }
  }

  /** Every chosen document in which a term occurs, with its score, in ascending position. */
  search(query: readonly QueryTerm[], choice: Choice): readonly Hit[] {
    const scores = new Float64Array(this.#size)
    const counts = new Float64Array(this.#size)
    for (const each of query) this.#score(each, choice, counts, scores)
    const hits: Hit[] = []
    for (const [position, score] of scores.entries()) if (score > 0) hits.push({ position, score })
    return hits
  }

  #score({ term, related }: QueryTerm, choice: Choice, counts: Float64Array, scores: Float64Array): void {
    const touched: number[] = []
    const gather = (wanted: string, weight: number) => {
      const postings = this.#postings.get(wanted) ?? []
      for (let at = 0; at < postings.length; at += 2) {
        const position = postings[at] ?? 0
        if (choice.isIn[position] !== 1) continue
        if (counts[position] === 0) touched.push(position)
        counts[position] = (counts[position] ?? 0) + (postings[at + 1] ?? 0) * weight
      }
    }
    gather(term, 1)
    for (const other of related) gather(other, RELATED_WEIGHT)
    const idf = Math.log(1 + (choice.count - touched.length + 0.5) / (touched.length + 0.5))
    for (const position of touched) {
      const tf = counts[position] ?? 0
      scores[position] = (scores[position] ?? 0) + (idf * tf * (K1 + 1)) / (tf + K1)
      counts[position] = 0
    }
  }

  #count(term: string, position: number, weight: number): void {
    const postings = this.#postings.get(term)
    if (postings === undefined) this.#postings.set(term, [position, weight])
    else if (postings[postings.length - 2] === position) {
      postings[postings.length - 1] = (postings.at(-1) ?? 0) + weight
    } else postings.push(position, weight)
  }
}
