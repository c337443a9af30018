import { once } from '../once.ts'
import type { Tier, Tool } from '../tool.ts'
import { Bm25Index, type Choice, type QueryTerm } from './bm25-index.ts'
import { likeness } from './likeness.ts'
import { relatedTerms } from './related-terms.ts'
import { searchTerms } from './search-terms.ts'
import { toolFields } from './tool-fields.ts'

/** What is looked for; all that is given must fit. */
export interface ToolQuery {
  /** In words; empty finds every tool that the filters leave, in the catalogue's order. */
  readonly text: string
  readonly tier?: Tier | undefined
  /** As `Tool.resource`, in any case. */
  readonly resource?: string | undefined
  /** Most tools to give. */
  readonly limit: number
}

/** What was found, the best first. */
export interface ToolHits {
  readonly tools: readonly Tool[]
  /** How many there are without the limit. */
  readonly total: number
}

/** Finds tools of one selection; see {@link createToolIndex}. */
export interface ToolIndex {
  /**
   * @param visible - the tools that the asker may see, in the selection's order; hand in the same array for the
   *   same tools, as what is derived from it is kept by its identity
   */
  readonly search: (query: ToolQuery, visible: readonly Tool[]) => ToolHits
}

/** A query is anybody's text: what is beyond these is not looked at. */
const MAX_QUERY_LENGTH = 1_000
const MAX_QUERY_TERMS = 16
/** How many of the best are looked at again, by {@link likeness}, and what being wholly alike adds. */
const RERANKED = 100
const LIKENESS = 0.5

/**
 * Makes a search over a selection of tools. The index is built at the first search. Only visible tools are
 * found, and nothing but visible tools decides on their order, which is the same for the same question.
 */
export function createToolIndex(tools: readonly Tool[]): ToolIndex {
  const index = once(() => new Bm25Index(tools.map(toolFields)))
  const positions = once(() => new Map(tools.map((tool, position) => [tool, position])))
  const choices = new WeakMap<readonly Tool[], Choice>()
  const choose = (visible: readonly Tool[]): Choice => {
    const known = choices.get(visible)
    if (known !== undefined) return known
    const choice = index().choose(visible.flatMap(tool => positions().get(tool) ?? []))
    choices.set(visible, choice)
    return choice
  }
  return {
    search(query, visible) {
      const fits = filterOf(query)
      const text = query.text.slice(0, MAX_QUERY_LENGTH).trim()
      if (text === '') return cut(visible.filter(fits), query.limit)
      const terms = queryTerms(text)
      const found = index()
        .search(terms, choose(visible))
        .flatMap(({ position, score }): Ranked[] => {
          const tool = tools[position]
          return tool === undefined || !fits(tool) || tool.name === text ? [] : [{ tool, score, position }]
        })
        .sort(byScore)
      const best = found.slice(0, RERANKED).map(hit => rerank(hit, terms))
      const ranked = [...best.sort(byScore), ...found.slice(RERANKED)].map(({ tool }) => tool)
      const named = visible.filter(tool => tool.name === text && fits(tool))
      return cut([...named, ...ranked], query.limit)
    },
  }
}

interface Ranked {
  readonly tool: Tool
  readonly score: number
  readonly position: number
}

function byScore(a: Ranked, b: Ranked): number {
  return b.score - a.score || a.position - b.position
}

function rerank(hit: Ranked, terms: readonly QueryTerm[]): Ranked {
  return { ...hit, score: hit.score * (1 + LIKENESS * likeness(terms, hit.tool)) }
}

function cut(tools: readonly Tool[], limit: number): ToolHits {
  return { tools: tools.slice(0, limit), total: tools.length }
}

function filterOf({ tier, resource }: ToolQuery): (tool: Tool) => boolean {
  const wanted = resource?.toLowerCase()
  return tool =>
    (tier === undefined || tool.tier === tier) &&
    (wanted === undefined || tool.resource.toLowerCase() === wanted)
}

function queryTerms(text: string): readonly QueryTerm[] {
  const terms = [...new Set(searchTerms(text))].slice(0, MAX_QUERY_TERMS)
  // A related term that is asked for itself counts there.
  return terms.map(term => ({
    term,
    related: relatedTerms(term).filter(other => !terms.includes(other)),
  }))
}
