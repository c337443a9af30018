import type { MeasuredList } from './measure-lists.ts'

/** A list that costs more than allowed. */
export interface OverBudget {
  readonly server: string
  readonly scopes: readonly string[] | undefined
  readonly tokens: number
  readonly over: number
  /** The ten that cost most. */
  readonly expensive: readonly { readonly tool: string; readonly tokens: number }[]
}

const SHOWN = 10

/**
 * The lists that cost more than a budget: of each server the whole one, or, where scopes are asked for, the one that
 * a caller with these gets.
 */
export function checkBudget(
  budget: number,
  lists: readonly MeasuredList[],
  asked: readonly string[] | undefined,
): readonly OverBudget[] {
  return lists
    .filter(({ scopes }) => scopes?.join(' ') === asked?.join(' '))
    .filter(({ tokens }) => tokens > budget)
    .map(({ server, scopes, tools, tokens }) => ({
      server,
      scopes,
      tokens,
      over: tokens - budget,
      expensive: tools
        .toSorted((a, b) => b.tokens - a.tokens)
        .slice(0, SHOWN)
        .map(one => ({ tool: one.tool.name, tokens: one.tokens })),
    }))
}
