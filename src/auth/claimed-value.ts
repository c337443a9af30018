/**
 * Values that say who a caller is, wherever they come from: a product's answer or a token's claims. Both are read the
 * same way, so that neither lets in what the other refuses.
 */
const LONGEST_VALUE = 256
const MOST_VALUES = 1_000
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u

/** The own member at a dotted path; undefined where there is none, or null. */
export function claimedValue(from: unknown, path: string): unknown {
  let value = from
  for (const member of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, member)) return undefined
    value = Reflect.get(value, member)
  }
  return value ?? undefined
}

/** A text or an exact number as an id; undefined where it can be none. */
export function claimedId(value: unknown): string | undefined {
  // A larger number has lost digits in JSON.parse and could be somebody else's.
  const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value
  return isClaimedText(text) ? text : undefined
}

/** A list, or a text of words as one; undefined where it is neither, or too long. Items are not looked at. */
export function claimedList(value: unknown): readonly unknown[] | undefined {
  const list: unknown = typeof value === 'string' ? value.split(' ').filter(part => part !== '') : value
  return Array.isArray(list) && list.length <= MOST_VALUES ? list : undefined
}

/** Whether a value is a text that can stand in a log, a policy and a header. */
export function isClaimedText(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    value.trim() !== '' &&
    value.length <= LONGEST_VALUE &&
    !UNPRINTABLE.test(value)
  )
}
