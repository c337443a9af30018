import type { PageArgument, PaginationPlan } from '../catalogue/answer-plan.ts'
import type { JsonObject } from '../catalogue/tool.ts'
import type { NextPage } from './next-page.ts'
import { pageCount } from './page-members.ts'

/** What counting needs of an answer. */
interface Counted {
  readonly plan: PaginationPlan
  readonly args: JsonObject
  readonly value: unknown
}

/**
 * The next page by its number or offset: certain where the answer says that there is more, or how many there are;
 * a guess where it only is as long as a page gets.
 *
 * @param count - items of this page
 * @param more - what the answer says about there being more
 */
export function countPages(
  { plan, args, value }: Counted,
  count: number,
  more: boolean | undefined,
): NextPage | undefined {
  const counted = plan.page ?? plan.offset
  if (counted === undefined || count === 0) return undefined
  const isPage = counted === plan.page
  const told = isPage ? pageCount(value, 'current') : undefined
  // An answer to a call that named no page is the first page, whatever its number.
  const isFirst = told !== undefined && !Object.hasOwn(args, counted.argument)
  const first = isFirst ? told : (counted.fallback ?? 0)
  const now = told ?? positionOf(args, counted) ?? first
  const size = plan.size === undefined ? undefined : positionOf(args, plan.size)
  const next = { [counted.argument]: pageValue(counted, isPage ? now + 1 : now + count) }
  const isKnown = knownMore(value, { isPage, now, first, count, size, more })
  if (isKnown !== undefined) return isKnown ? { changes: next, isCertain: true } : undefined
  if (plan.hasLink || size === undefined || count < size) return undefined
  return { changes: next, isCertain: false }
}

/** The number that a call gave for an argument about pages, else what it means when left out. */
export function positionOf(args: JsonObject, { argument, fallback }: PageArgument): number | undefined {
  const own = Object.hasOwn(args, argument) ? args[argument] : undefined
  const given = typeof own === 'string' && /^\d{1,15}$/.test(own) ? Number(own) : own
  return typeof given === 'number' && Number.isSafeInteger(given) ? given : fallback
}

/** A number as the argument takes it. */
export function pageValue({ isNumber }: PageArgument, value: number): number | string {
  return isNumber ? value : String(value)
}

interface Position {
  readonly isPage: boolean
  readonly now: number
  readonly first: number
  readonly count: number
  readonly size: number | undefined
  readonly more: boolean | undefined
}

function knownMore(value: unknown, { isPage, now, first, count, size, more }: Position): boolean | undefined {
  if (more !== undefined) return more
  const pages = isPage ? pageCount(value, 'pages') : undefined
  if (pages !== undefined) return now - first + 1 < pages
  const total = pageCount(value, 'total')
  const passed = isPage ? (now - first) * (size ?? count) : now
  return total === undefined || total < count ? undefined : passed + count < total
}
