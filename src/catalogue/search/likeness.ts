import type { Tool } from '../tool.ts'
import type { QueryTerm } from './bm25-index.ts'
import { searchTerms } from './search-terms.ts'

/**
 * How much of a tool's title (or of its name, if that is more alike) and of a query is the same, 0 to 1: the terms that
 * both have over the terms that either has. BM25 adds up what is there; this tells "List pull requests" from "List
 * commits on a pull request".
 */
export function likeness(query: readonly QueryTerm[], { title, name }: Tool): number {
  return Math.max(alike(query, title ?? ''), alike(query, name))
}

const MAX_TEXT = 256
/** What a related term counts, against 1 for the term itself. */
const RELATED = 0.5

function alike(query: readonly QueryTerm[], text: string): number {
  const terms = new Set(searchTerms(text.slice(0, MAX_TEXT)))
  if (terms.size === 0) return 0
  let common = 0
  for (const { term, related } of query) {
    if (terms.has(term)) common += 1
    else if (related.some(other => terms.has(other))) common += RELATED
  }
  return common / (terms.size + query.length - common)
}
