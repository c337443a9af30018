/** Tells about how many characters a JSON value takes as text. */
export type MeasureText = (value: unknown) => number

/**
 * Makes a measure that remembers the objects it has seen, so that values made of shared parts cost the size of the
 * parts, not that of the text. For values as deep as rendered schemas.
 */
export function createTextMeasure(): MeasureText {
  const known = new WeakMap<object, number>()
  const measure = (value: unknown): number => {
    if (typeof value === 'string') return value.length + 2
    if (typeof value !== 'object' || value === null) return 4
    const found = known.get(value)
    if (found !== undefined) return found
    let size = 2
    if (Array.isArray(value)) for (const item of value) size += measure(item) + 1
    else for (const [key, member] of Object.entries(value)) size += key.length + 4 + measure(member)
    known.set(value, size)
    return size
  }
  return measure
}
