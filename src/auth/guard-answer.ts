/**
 * A copy of a parsed JSON value over which an expression can be evaluated without saying more than the answer does:
 * objects inherit nothing, so that `constructor` is nobody's name, and a number whose digits JSON.parse has lost
 * can't be read, since as a text it could be somebody else's id.
 *
 * Works without recursion. Reading such a number throws an Error.
 */
export function guardAnswer(value: unknown): unknown {
  const root: Record<string, unknown> = Object.create(null)
  const pending: Copy[] = [{ into: root, key: 'value', value }]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { into, key, value: source } = next
    if (typeof source !== 'object' || source === null) {
      define(into, key, source)
      continue
    }
    const copy: object = Array.isArray(source) ? new Array(source.length) : Object.create(null)
    define(into, key, copy)
    for (const [member, inner] of Object.entries(source).reverse()) {
      pending.push({ into: copy, key: member, value: inner })
    }
  }
  return root.value
}

interface Copy {
  readonly into: object
  readonly key: string
  readonly value: unknown
}

function define(into: object, key: string, value: unknown): void {
  const isExact = typeof value !== 'number' || Math.abs(value) <= Number.MAX_SAFE_INTEGER
  if (isExact)
    Object.defineProperty(into, key, { value, enumerable: true, configurable: true, writable: true })
  else Object.defineProperty(into, key, { get: refuse, enumerable: true })
}

function refuse(): never {
  throw new Error('a number in the answer has more digits than can be read exactly')
}
