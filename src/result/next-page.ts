import type { PageArgument, PaginationPlan } from '../catalogue/answer-plan.ts'
import type { JsonObject } from '../catalogue/tool.ts'
import { countPages, pageValue, positionOf } from './count-pages.ts'
import { findItems } from './find-items.ts'
import { nextLink } from './link-header.ts'
import { pageFromUrl } from './page-from-url.ts'
import { saysMore, valueAt } from './page-members.ts'

/** An answer, as far as its next page is concerned. */
export interface AnsweredPage {
  readonly plan: PaginationPlan
  /** What the caller asked with. */
  readonly args: JsonObject
  /** The JSON answer, whole; undefined where it is none. */
  readonly value: unknown
  readonly link: string | string[] | undefined
  /** Address of the request that answered, absolute; most answers don't need it. */
  readonly url: () => string
  /** How many items of a list were given to the model, by its path; undefined where none were cut. */
  readonly keptOf: (path: readonly string[]) => number | undefined
}

/** Arguments that ask for what follows; all others stay as they were. */
export interface NextPage {
  readonly changes: JsonObject
  /** False where the answer does not say that there is more, but was as long as a page gets. */
  readonly isCertain: boolean
}

/**
 * Which arguments fetch what follows an answer: from a `Link` header, from a cursor, number or URL in the answer,
 * from the last item's id, or by counting. Where the gateway cut the list, what follows starts at the first item
 * left out. Values come from the backend and are given to the model as values of arguments, never as addresses.
 */
export function nextPage(page: AnsweredPage): NextPage | undefined {
  if (goesBack(page)) return undefined
  const found = findItems(page.value)
  const kept = found === undefined ? undefined : page.keptOf(found.path)
  if (found !== undefined && kept !== undefined) return afterCut(page, found.items, kept)
  const fromLink = fromUrl(page, nextLink(page.link))
  if (fromLink !== undefined) return certainly(fromLink)
  const named = fromMembers(page)
  if (named !== undefined) return named === 'none' ? undefined : certainly(named)
  const items = found?.items ?? []
  const more = saysMore(page.value)
  if (more === false) return undefined
  if (more === true && page.plan.lastItem !== undefined) {
    const last = lastId(page.value, items)
    if (last !== undefined) return certainly({ [page.plan.lastItem.argument]: last })
  }
  return countPages(page, items.length, more)
}

const LONGEST_CURSOR = 4096

/** Whether the call asked for what comes before something: its `has_more` is about the other direction. */
function goesBack(page: AnsweredPage): boolean {
  for (const argument of page.plan.byParameter.values()) {
    if (/before/i.test(argument.argument) && isGiven(page, argument)) return true
  }
  return false
}

function certainly(changes: JsonObject): NextPage {
  return { changes, isCertain: true }
}

/** The list goes on where it was cut; where the API can't start there, fewer items at a time will fit. */
function afterCut(answered: AnsweredPage, items: readonly unknown[], kept: number): NextPage | undefined {
  const { plan, args } = answered
  const { cursor, offset, lastItem, page, size } = plan
  if (kept === 0) return undefined
  const isByCursor = cursor !== undefined && isGiven(answered, cursor)
  if (offset !== undefined && !isByCursor)
    return certainly({ [offset.argument]: (positionOf(args, offset) ?? 0) + kept })
  const last = idOf(items[kept - 1])
  if (lastItem !== undefined && last !== undefined) return certainly({ [lastItem.argument]: last })
  // Pages of another size start elsewhere, but for the first.
  const isFirst = page === undefined || (positionOf(args, page) ?? 1) === (page.fallback ?? 1)
  return size !== undefined && isFirst ? certainly({ [size.argument]: pageValue(size, kept) }) : undefined
}

function fromUrl({ plan, args, url }: AnsweredPage, target: string | undefined): JsonObject | undefined {
  return target === undefined ? undefined : pageFromUrl(target, url(), plan.byParameter, args)
}

/** `none` where the answer names the next page and there is none: `"next_cursor": null`. */
function fromMembers(page: AnsweredPage): JsonObject | 'none' | undefined {
  let hasNone = false
  for (const path of page.plan.members) {
    const next = valueAt(page.value, path)
    if (next === undefined || (typeof next === 'object' && next !== null)) continue
    if (next === null || next === '' || next === false) hasNone = true
    if (typeof next !== 'string' && typeof next !== 'number') continue
    const changes = fromMember(page, next)
    if (changes !== undefined) return changes
  }
  return hasNone ? 'none' : undefined
}

function fromMember(page: AnsweredPage, next: string | number): JsonObject | undefined {
  const { cursor, page: number, offset, lastItem } = page.plan
  if (next === '' || String(next).length > LONGEST_CURSOR) return undefined
  const target = cursor ?? (isWhole(next) ? (number ?? offset) : lastItem)
  if (typeof next === 'string' && /^(?:https?:\/\/|\/|\?)/i.test(next)) {
    const changes = fromUrl(page, next)
    // A cursor in base64 may start with a slash too.
    if (changes !== undefined || /^[^/]|\?/.test(next)) return changes
  }
  if (target === undefined || (target.isNumber && !isWhole(next))) return undefined
  const value = target.isNumber ? Number(next) : String(next)
  // The same cursor again would not go on.
  const isSame = isGiven(page, target) && page.args[target.argument] === value
  return isSame ? undefined : { [target.argument]: value }
}

function isGiven({ args }: AnsweredPage, { argument }: PageArgument): boolean {
  return Object.hasOwn(args, argument)
}

function isWhole(value: string | number): boolean {
  return /^\d{1,15}$/.test(String(value))
}

/** OpenAI's lists name the last id themselves. */
function lastId(value: unknown, items: readonly unknown[]): string | number | undefined {
  const named = valueAt(value, ['last_id'])
  return typeof named === 'string' && named !== '' ? named : idOf(items.at(-1))
}

function idOf(item: unknown): string | number | undefined {
  const id = valueAt(item, ['id'])
  return (typeof id === 'string' && id !== '') || typeof id === 'number' ? id : undefined
}
