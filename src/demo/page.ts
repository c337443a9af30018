import { z } from 'zod'
import { Problem } from './problem.ts'

/** Query parameters of every list. */
export const pageQuery = {
  limit: z.preprocess(readInteger, z.int().min(1).max(100)).default(20),
  cursor: z.string().min(1).max(200).optional(),
}

/** One page of a list, newest first. */
export interface Page<Item> {
  readonly data: readonly Item[]
  /** Passed as `cursor` it continues after this page; null on the last one. */
  readonly next_cursor: string | null
}

/** A place in a list that is ordered by creation time and id, both descending. */
export interface Position {
  readonly created_at: string
  readonly id: string
}

/** Before the first entry: greater than every time. */
const START: Position = { created_at: '~', id: '' }

/**
 * Where to continue. Rows that were added or removed meanwhile never shift a page, because a cursor names the
 * last entry that was seen and not a count.
 *
 * @throws Problem 422 for a cursor that this API did not make.
 */
export function positionOf(cursor: string | undefined): Position {
  if (cursor === undefined) return START
  const [created_at, id, ...rest] = Buffer.from(cursor, 'base64url').toString('utf8').split(' ')
  if (!created_at || !id || rest.length > 0 || cursorTo({ created_at, id }) !== cursor) {
    throw new Problem(422, 'Some parameters can’t be taken.', {
      errors: [
        {
          in: 'query',
          pointer: '/cursor',
          message: 'Use next_cursor of the previous page as it is, or leave it out.',
        },
      ],
    })
  }
  return { created_at, id }
}

/**
 * Cuts rows to a page.
 *
 * @param rows Up to `limit + 1` rows: the one too many tells that there is a next page.
 */
export function pageOf<Row extends Position, Item>(
  rows: readonly Row[],
  limit: number,
  present: (row: Row) => Item,
): Page<Item> {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return {
    data: shown.map(present),
    next_cursor: last && rows.length > limit ? cursorTo(last) : null,
  }
}

function cursorTo({ created_at, id }: Position): string {
  return Buffer.from(`${created_at} ${id}`).toString('base64url')
}

// Query parameters are text. Only plain digits are a number: not '', ' 5', '1e2' or '0x10'.
function readInteger(value: unknown): unknown {
  return typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value
}
