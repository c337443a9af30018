import { isContainer } from './answer-members.ts'

/** Last names of the paths at which answers name their next page, compared in lower case without `_`, `-`, `@`. */
const NEXT = new Set(
  [
    'nextcursor nextpagetoken nexttoken nextmarker nextpage nextoffset nextpageuri nextpageurl nextlink',
    'nexturl nexturi nextstreamposition continuationtoken continue nextcontinuationtoken lastevaluatedkey',
    'nextpagecursor endcursor nextpaginationtoken nextkey scrollid next odatanextlink nextrecordspath',
  ]
    .join(' ')
    .split(' '),
)
/** Names that mean the next page only inside of what is about pages. */
const NEXT_INSIDE = new Set(['after', 'cursor', 'offset', 'href'])

/** Whether an answer names its next page at this path: a cursor, a number or a URL. */
export function isNextMember(path: readonly string[]): boolean {
  const name = plain(path.at(-1))
  const around = path.slice(0, -1)
  if (!around.every(isContainer)) return false
  if (NEXT.has(name)) return true
  return NEXT_INSIDE.has(name) && around.some(outer => /next|cursor|pagination|paging/i.test(outer))
}

/** Where an answer is looked into when the document does not say what it holds. */
export const USUAL_MEMBERS: readonly (readonly string[])[] = [
  'next_cursor nextCursor next_page_token nextPageToken next_token nextToken next_marker nextMarker',
  'NextToken NextMarker NextContinuationToken continuationToken next_page_uri next_page_url nextLink @odata.nextLink',
  'next_url next next_page nextPage next_offset next_page.offset response_metadata.next_cursor',
  'metadata.continue meta.next_cursor meta.nextCursor meta.next_page_url meta.next meta.next_token meta.next_page',
  'pagination.next_cursor pagination.nextCursor pagination.cursor pagination.next pagination.next_url',
  'paging.next paging.cursors.after paging.next.after page_info.end_cursor pageInfo.endCursor cursors.after',
  'links.next links.next.href _links.next _links.next.href',
].flatMap(line => line.split(' ').map(path => (path.startsWith('@') ? [path] : path.split('.'))))

function plain(name = ''): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '')
}
