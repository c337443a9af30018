import type { PageArgument, PaginationPlan } from '../answer-plan.ts'
import type { NamedArgument } from '../arguments/argument.ts'
import { followReferences, type ResolveReference } from '../document/resolve-reference.ts'
import { answerMembers, type DocumentedAnswer } from './answer-members.ts'
import { isNextMember, USUAL_MEMBERS } from './next-members.ts'

/**
 * Recognises how an operation's answers are paged from the names of its query parameters and of its answer's
 * members: cursors (opaque, or the last item's id), numbers of pages, offsets, URLs and `Link` headers.
 *
 * @param open - arguments that callers give; bound ones stand for nothing here
 * @returns undefined where no parameter says which page is wanted: then there is no next one to ask for
 */
export function recognisePagination(
  open: readonly NamedArgument[],
  answer: DocumentedAnswer,
  resolveReference: ResolveReference,
): PaginationPlan | undefined {
  const found = new Map<Role, PageArgument>()
  const byParameter = new Map<string, PageArgument>()
  const members = answerMembers(answer.schema, resolveReference)
  const hasMore = members.some(path => MORE.test(path.at(-1) ?? ''))
  const cursorMembers = members.filter(isNextMember)
  for (const argument of open) {
    if (argument.location !== 'query') continue
    const kind = kindOf(argument.wire)
    if (kind === undefined) continue
    const page = pageArgument(argument, kind, resolveReference)
    if (page === undefined) continue
    byParameter.set(argument.wire, page)
    const role = roleOf(kind, page, { hasMore, hasCursor: cursorMembers.length > 0 })
    if (role !== undefined && !found.has(role)) found.set(role, page)
  }
  const known = ['cursor', 'lastItem', 'page', 'offset'] as const
  if (!known.some(role => found.has(role)) && !(answer.hasLink && byParameter.size > 0)) return undefined
  return Object.freeze({
    cursor: found.get('cursor'),
    lastItem: found.get('lastItem'),
    page: found.get('page'),
    offset: found.get('offset'),
    size: found.get('size'),
    byParameter,
    members: Object.freeze(cursorMembers.length > 0 ? cursorMembers : USUAL_MEMBERS),
    hasLink: answer.hasLink,
  })
}

/** What an argument is used for when the next page is asked for. */
type Role = 'cursor' | 'lastItem' | 'page' | 'offset' | 'size'
/** What a parameter's name says. `position` is passed on from URLs and never made here. */
type Kind = Role | 'after' | 'position'

const MORE = /^(?:has_?more|has_?next(?:_?page)?|is_?truncated|more(?:_?(?:available|results))?)$/i

/** Names as they are compared: lower case, letters and digits only, `page[after]` → `pageafter`. */
const KINDS: ReadonlyMap<string, Kind> = new Map(
  Object.entries({
    cursor:
      'cursor nextcursor pagecursor pagetoken pageafter nexttoken nextpagetoken continue continuation continuationtoken marker nextmarker startcursor aftercursor cursormark bookmark scrollid paginationtoken starttoken exclusivestartkey streamposition',
    lastItem: 'startingafter startafter afterid lastid',
    after: 'after',
    page: 'page pagenumber pagenum pageno pageindex currentpage',
    offset: 'offset startindex skip pageoffset startat start',
    size: 'limit perpage pagesize pagelimit maxresults maxitems top first count size',
    position: 'before endingbefore since sinceid pagebefore',
  }).flatMap(([kind, names]) => names.split(' ').map(name => [name, kind as Kind] as const)),
)

function kindOf(wire: string): Kind | undefined {
  return KINDS.get(wire.toLowerCase().replace(/[^a-z0-9]/g, ''))
}

function roleOf(
  kind: Kind,
  { isNumber }: PageArgument,
  answer: { hasMore: boolean; hasCursor: boolean },
): Role | undefined {
  if (kind === 'position') return undefined
  // Where an answer names the cursor, `after` takes that; otherwise it is the last item's id (OpenAI, GraphQL).
  if (kind === 'after') return answer.hasMore && !answer.hasCursor ? 'lastItem' : 'cursor'
  // Asana's `offset` and Stripe's `page` are texts: tokens that the last answer gave. Slack's `page` is a number
  // in a text.
  if (kind === 'offset' && !isNumber) return 'cursor'
  if (kind === 'page' && !isNumber && answer.hasCursor) return 'cursor'
  return kind
}

/** Undefined for a parameter that takes no single text or number: whatever it is, it is no page. */
function pageArgument(
  { argument, wire, schemas }: NamedArgument,
  kind: Kind,
  resolveReference: ResolveReference,
): PageArgument | undefined {
  const types = new Set<unknown>()
  let fallback: number | undefined
  for (const schema of schemas) {
    const found = followReferences(resolveReference, schema)
    if (!('value' in found)) continue
    for (const type of [found.value.type ?? 'string'].flat()) types.add(type)
    if (typeof found.value.default === 'number') fallback ??= found.value.default
    else if (kind === 'page' && found.value.minimum === 0) fallback ??= 0
  }
  if (types.has('array') || types.has('object') || types.has('boolean')) return undefined
  const isNumber = types.has('integer') || types.has('number')
  const isNumbered = isNumber || (types.size === 0 && kind !== 'cursor')
  const first = kind === 'page' ? (/index/i.test(wire) ? 0 : 1) : kind === 'offset' ? 0 : undefined
  return Object.freeze({ argument, isNumber: isNumbered, fallback: fallback ?? first })
}
