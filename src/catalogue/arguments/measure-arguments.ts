/** How large arguments are. */
export interface ArgumentSize {
  /** Levels of nesting. */
  readonly depth: number
  /** Objects, lists, members and items together. */
  readonly values: number
  /** Characters of the longest text, keys included. */
  readonly longest: number
}

/** Measures arguments, without recursion; stops counting past `maxDepth` levels. */
export function measureArguments(args: unknown, maxDepth: number): ArgumentSize {
  let depth = 0
  let values = 0
  let longest = 0
  const stack: [value: unknown, depth: number][] = [[args, 1]]
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const [value, level] = next
    values += 1
    if (typeof value === 'string') longest = Math.max(longest, value.length)
    if (typeof value !== 'object' || value === null) continue
    depth = Math.max(depth, level)
    if (depth > maxDepth) break
    if (Array.isArray(value)) {
      for (const item of value) stack.push([item, level + 1])
      continue
    }
    for (const key of Object.keys(value)) {
      longest = Math.max(longest, key.length)
      stack.push([(value as Record<string, unknown>)[key], level + 1])
    }
  }
  return { depth, values, longest }
}
