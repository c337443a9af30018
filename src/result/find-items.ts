/** The list that an answer is about, and where it is. */
export interface FoundItems {
  readonly path: readonly string[]
  readonly items: readonly unknown[]
}

/**
 * Finds the list in a JSON answer: the answer itself, or the list among its members that is called as such lists
 * are, or its only one; one level deeper inside `data` and the like.
 */
export function findItems(value: unknown): FoundItems | undefined {
  if (Array.isArray(value)) return { path: [], items: value }
  return (
    findMember(value, []) ??
    WRAPPERS.reduce<FoundItems | undefined>(
      (found, name) => found ?? findMember(member(value, name), [name]),
      undefined,
    )
  )
}

const NAMES = [
  'data',
  'items',
  'results',
  'value',
  'values',
  'entries',
  'records',
  'list',
  'content',
  'objects',
]
const WRAPPERS = ['data', 'result', 'response', '_embedded']

function findMember(value: unknown, path: readonly string[]): FoundItems | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  for (const name of NAMES) {
    const items = member(value, name)
    if (Array.isArray(items)) return { path: [...path, name], items }
  }
  const lists = Object.entries(value).filter((entry): entry is [string, unknown[]] => Array.isArray(entry[1]))
  const [only, ...others] = lists
  return only === undefined || others.length > 0 ? undefined : { path: [...path, only[0]], items: only[1] }
}

function member(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
  return Reflect.get(value, name)
}
