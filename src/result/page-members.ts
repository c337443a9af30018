/** Members of answers that are about their pages. Only own members are looked at, and nothing here throws. */

/** The value at a path of member names; undefined where there is none. */
export function valueAt(value: unknown, path: readonly string[]): unknown {
  let current = value
  for (const name of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, name)) return undefined
    current = Reflect.get(current, name)
  }
  return current
}

/** What an answer says about there being more; undefined where it says nothing. */
export function saysMore(value: unknown): boolean | undefined {
  const more = find(value, MORE, found => typeof found === 'boolean')
  return typeof more === 'boolean' ? more : undefined
}

/** A whole number that an answer gives: of this page, of all pages, of all items; undefined where it gives none. */
export function pageCount(value: unknown, what: 'current' | 'pages' | 'total'): number | undefined {
  const count = find(value, COUNTS[what], found => Number.isSafeInteger(found) && Number(found) >= 0)
  return typeof count === 'number' ? count : undefined
}

const AROUND = 'meta pagination paging page_info pageInfo metadata page'.split(' ')
const MORE =
  'has_more hasMore has_next hasNext has_next_page hasNextPage is_truncated isTruncated more'.split(' ')
const COUNTS = {
  current: 'page current_page currentPage page_number pageNumber number'.split(' '),
  pages: 'total_pages totalPages page_count pageCount last_page lastPage pages num_pages'.split(' '),
  total: 'total total_count totalCount total_results totalResults total_items totalItems'.split(' '),
} as const

/** The first of some members that fits, of the answer or of what in it is about pages. */
function find(value: unknown, names: readonly string[], fits: (found: unknown) => boolean): unknown {
  for (const around of ['', ...AROUND]) {
    const outer = around === '' ? value : valueAt(value, [around])
    for (const name of names) {
      const found = valueAt(outer, [name])
      if (fits(found)) return found
    }
  }
  return undefined
}
